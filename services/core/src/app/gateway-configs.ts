import type { Logger } from '@defguard/runtime/logger'
import type { Db } from '../db/database.js'
import * as gatewayConfigs from '../db/gateway-configs.js'
import * as gateways from '../db/gateways.js'
import type { GatewayConfig } from '../domain/gateway-updates.js'
import type { Sealer } from '../domain/sealing.js'
import type { KnownGateway } from './gateway-gate.js'
import { noSuchGateway } from './gateway-gate.js'
import { keyIdentity } from './locations.js'
import { Turns } from './turns.js'

/** Gateways take 4 MiB, which is some 40 000 peers. */
const MANY_PEERS = 30_000

/** What gateways are handed out, whole. */
export class GatewayConfigs {
  readonly #large = new Set<number>()
  /** Of each location that somebody reads: when core has started, all gateways want the same at once. */
  readonly #reads = new Map<number, Turns<GatewayConfig | undefined>>()

  constructor(
    private readonly db: Db,
    private readonly sealer: Sealer,
    private readonly log: Logger,
  ) {}

  /** @throws DomainError `gateway_token_invalid` when the location has just been deleted */
  async handOut(gateway: KnownGateway, displayName: string | undefined): Promise<GatewayConfig> {
    const config = await this.read(gateway.locationId)
    if (!config) throw noSuchGateway()
    await gateways.noteDisplayName(this.db, gateway.id, displayName)
    return config
  }

  /** As it is now or a moment later; undefined when there is no such location. */
  async read(locationId: number): Promise<GatewayConfig | undefined> {
    const reads = this.#reads.get(locationId) ?? new Turns(() => this.readNow(locationId))
    this.#reads.set(locationId, reads)
    try {
      return await reads.take()
    } finally {
      if (reads.isIdle) this.#reads.delete(locationId)
    }
  }

  private async readNow(locationId: number): Promise<GatewayConfig | undefined> {
    const row = await gatewayConfigs.find(this.db, locationId)
    if (!row) return undefined
    const { publicKey, privateKeySealed, peerCount, ...rest } = row
    this.warnOfSize(locationId, row.name, peerCount)
    const privateKey = this.sealer.open(privateKeySealed, keyIdentity(publicKey))
    return { ...rest, privateKey }
  }

  /** Once, until it is smaller again. */
  private warnOfSize(locationId: number, location: string, peers: number): void {
    if (peers < MANY_PEERS) this.#large.delete(locationId)
    else if (!this.#large.has(locationId)) {
      this.#large.add(locationId)
      this.log.warn({ location, peers }, 'a location is almost too large for its gateways')
    }
  }
}
