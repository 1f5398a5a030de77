import { setTimeout as delay } from 'node:timers/promises'
import * as connections from '../db/connections.js'
import type { Db } from '../db/database.js'
import { revisionsOf } from '../db/gateway-configs.js'
import * as gateways from '../db/gateways.js'
import * as locations from '../db/locations.js'
import type { Clock } from '../domain/clock.js'
import {
  type ConnectionEvent,
  type Connections,
  eventsBetween,
  type FollowingGateway,
  NOBODY,
} from '../domain/connections.js'
import { DomainError } from '../domain/errors.js'
import type { StreamCaller } from './caller.js'
import { noSuchLocation } from './locations.js'

/** Gateways report every 30 s, so this is soon. */
const LOOK_MS = 2_000
const HEARTBEAT_MS = 15_000

/** An event, or a heartbeat without one. */
export interface Sighting {
  readonly at: Date
  readonly event?: ConnectionEvent
}

/**
 * Following who is connected to a location. What is there is compared with what a reader was told, so
 * it does not matter who reports it, to which core, or that somebody goes by saying nothing.
 */
export class ConnectionWatch {
  readonly #stopping = new AbortController()
  /** The latest look at a location: all who follow it share it. */
  readonly #looks = new Map<number, { readonly at: number; readonly seen: Promise<Connections> }>()

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
  ) {}

  /** Lets all who are following go. */
  stop(): void {
    this.#stopping.abort()
  }

  /**
   * Who is connected now, then a heartbeat, then each change, until the caller goes away or core stops.
   * @throws DomainError `not_found`, also once the location is deleted; those of the session as soon as
   * it is over
   */
  async *follow(name: string, caller: StreamCaller): AsyncGenerator<Sighting> {
    const signal = AbortSignal.any([caller.signal, this.#stopping.signal])
    const location = await locations.findByName(this.db, name)
    if (!location) throw noSuchLocation(name)
    const { id } = location
    let told = NOBODY
    let beatAt = 0
    try {
      while (!signal.aborted) {
        const nap = delay(LOOK_MS, undefined, { signal }).catch(() => {}) // gone, or stopping
        const seen = await this.look(id, name)
        // Asked once it is read, so that who may not look any more sees nothing that happened after.
        await caller.readmit()
        const at = this.clock()
        for (const event of eventsBetween(told, seen)) yield { at, event }
        told = seen
        if (performance.now() >= beatAt) {
          yield { at }
          beatAt = performance.now() + HEARTBEAT_MS
        }
        await nap
      }
    } finally {
      this.#looks.delete(id)
    }
  }

  private look(locationId: number, name: string): Promise<Connections> {
    const latest = this.#looks.get(locationId)
    const now = performance.now()
    if (latest && now < latest.at + LOOK_MS / 2) return latest.seen
    const seen = this.read(locationId, name)
    this.#looks.set(locationId, { at: now, seen })
    return seen
  }

  private async read(locationId: number, name: string): Promise<Connections> {
    const now = this.clock()
    const found = await revisionsOf(this.db, [locationId])
    if (!found.has(locationId))
      throw new DomainError('not_found', `the location "${name}" was deleted`)
    const all = await gateways.listGood(this.db, locationId, now)
    const following = all.flatMap(({ id, name, hostname, connectedAt }): FollowingGateway[] =>
      connectedAt ? [{ id, name, hostname, connectedAt }] : [],
    )
    const devices = await connections.listConnected(this.db, locationId, now)
    return { gateways: byId(following), devices: byId(devices) }
  }
}

function byId<T extends { readonly id: number }>(items: readonly T[]): Map<number, T> {
  return new Map(items.map((item) => [item.id, item]))
}
