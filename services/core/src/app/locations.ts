import * as addressSpace from '../db/address-space.js'
import { lockAccess, lockRequest } from '../db/advisory-locks.js'
import * as connections from '../db/connections.js'
import { type Db, inTransaction, type Tx } from '../db/database.js'
import * as deviceLocations from '../db/device-locations.js'
import * as devices from '../db/devices.js'
import type { LocationWithGroups } from '../db/locations.js'
import * as locations from '../db/locations.js'
import type { Clock } from '../domain/clock.js'
import { assertNoViolations, DomainError, type Violation } from '../domain/errors.js'
import { type LocationDraft, type LocationInput, parseLocation } from '../domain/location.js'
import { assignableIn, formatCidr } from '../domain/network.js'
import type { Sealer } from '../domain/sealing.js'
import { serverInterface, serverPeer } from '../domain/server-config.js'
import { newKeyPair } from '../domain/wireguard-keys.js'
import { syncAccess } from './access-sync.js'
import { asActor, audit } from './audit.js'
import type { Admin } from './caller.js'
import { findGroups } from './groups.js'
import { type PageOf, type PageRequest, pageOf, parsePage } from './paging.js'
import { parseRequestId } from './request-id.js'

const PEERS_PER_PIECE = 500

/** VPN locations, as admins manage them. */
export class Locations {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly sealer: Sealer,
  ) {}

  /**
   * Adds a location with a key pair of its own, and gives every device of the people who may use it
   * an address there. The same request id again is the same location.
   * @throws DomainError `invalid_argument` with every problem, `already_exists`, `location_full`
   */
  async create(
    admin: Admin,
    request: LocationInput & { requestId: string },
  ): Promise<LocationWithGroups> {
    const violations: Violation[] = []
    const draft = parseLocation(request, violations)
    const requestId = parseRequestId(request.requestId, violations)
    return inTransaction(this.db, async (tx) => {
      const now = this.clock()
      await lockRequest(tx, requestId)
      await lockAccess(tx)
      const allowed = await findGroups(tx, request.allowedGroups, 'allowed_groups', violations)
      assertNoViolations(violations)
      await devices.hold(tx)
      const id = await insertLocation(tx, this.sealer, draft, {
        ...newKeyPair(),
        requestId,
        allowAllGroups: request.allowAllGroups,
        now,
      })
      if (id !== undefined) {
        await locations.allowGroups(
          tx,
          id,
          allowed.map((group) => group.id),
        )
        await fillLocation(tx, id, draft)
        const object = { kind: 'location', id, name: draft.name } as const
        await audit(tx, now, asActor(admin), 'location.created', object)
      }
      const location =
        id === undefined && requestId !== null
          ? await locations.findByRequestId(tx, requestId)
          : await locations.findByName(tx, draft.name)
      if (!location) throw new Error('A request id is taken, but by no location.')
      return location
    })
  }

  /** @throws DomainError `not_found` */
  async get(name: string): Promise<LocationWithGroups> {
    const location = await locations.findByName(this.db, name)
    if (!location) throw noSuchLocation(name)
    return location
  }

  /** How many devices may connect to it, and how many of them do. */
  countConnected({ id }: { readonly id: number }): Promise<{ peers: number; connected: number }> {
    return connections.count(this.db, id, this.clock())
  }

  async list(request: PageRequest): Promise<PageOf<LocationWithGroups>> {
    const page = parsePage(request)
    return pageOf(await locations.list(this.db, page), page)
  }

  /**
   * The configuration of the location's WireGuard server in pieces to be joined: the interface with
   * its private key, then the peers by device id. `sync` is the form that `wg syncconf` takes.
   */
  async *serverConfig(admin: Admin, name: string, sync: boolean): AsyncGenerator<string> {
    const location = await this.get(name)
    const object = { kind: 'location', id: location.id, name: location.name } as const
    await audit(this.db, this.clock(), asActor(admin), 'location.server_config_read', object)
    const privateKey = this.sealer.open(location.privateKeySealed, keyIdentity(location.publicKey))
    yield serverInterface({ ...location, privateKey }, sync)
    for (let last = 0; ; ) {
      const peers = await locations.peersOf(this.db, location.id, last, PEERS_PER_PIECE)
      const texts = peers.map((peer) =>
        serverPeer({ ...peer, comment: `${peer.username}: ${peer.deviceName}` }),
      )
      if (texts.length > 0) yield texts.join('')
      last = peers.at(-1)?.deviceId ?? last
      if (peers.length < PEERS_PER_PIECE) return
    }
  }
}

/** Undefined when the request id is taken. */
export async function insertLocation(
  tx: Tx,
  sealer: Sealer,
  draft: LocationDraft,
  more: {
    publicKey: string
    privateKey: string
    requestId: string | null
    allowAllGroups: boolean
    now: Date
  },
): Promise<number | undefined> {
  const { publicKey, privateKey } = more
  const location = await locations.insert(tx, {
    name: draft.name,
    addresses: draft.cidrs.map(formatCidr),
    endpoint: draft.endpoint,
    port: draft.port,
    dns: [...draft.dns],
    allowedIps: [...draft.allowedIps],
    keepaliveInterval: draft.keepaliveInterval,
    peerDisconnectThreshold: draft.peerDisconnectThreshold,
    allowAllGroups: more.allowAllGroups,
    publicKey,
    privateKeySealed: sealer.seal(privateKey, keyIdentity(publicKey)),
    createdAt: more.now,
    requestId: more.requestId,
  })
  return location?.id
}

/** Opens a new location: its free addresses, and those that existing devices get. */
export async function fillLocation(
  tx: Tx,
  id: number,
  draft: LocationDraft,
  chosen: readonly { deviceId: number; position: number; address: string }[] = [],
): Promise<void> {
  await deviceLocations.insertAll(tx, id, chosen)
  await addressSpace.rebuildFree(tx, id, assignableIn(draft.cidrs))
  await syncAccess(tx, { locationIds: [id] })
}

export function noSuchLocation(name: string): DomainError {
  return new DomainError('not_found', `no location named "${name}"`)
}

/** What a location's private key is sealed for: this location and no other. */
export function keyIdentity(publicKey: string): string {
  return `location:${publicKey}`
}
