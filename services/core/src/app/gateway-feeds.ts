import { randomUUID } from 'node:crypto'
import type { Logger } from '@defguard/runtime/logger'
import type { Db } from '../db/database.js'
import * as gatewayConfigs from '../db/gateway-configs.js'
import type { OpenStream } from '../db/gateway-streams.js'
import * as gatewayStreams from '../db/gateway-streams.js'
import * as gateways from '../db/gateways.js'
import { after, type Clock } from '../domain/clock.js'
import { DomainError } from '../domain/errors.js'
import { mayHaveMissed, STREAM_SILENCE_MS } from '../domain/gateway.js'
import {
  type GatewayConfig,
  type GatewayUpdate,
  keepaliveUpdates,
  type NetworkUpdate,
  updatesBetween,
} from '../domain/gateway-updates.js'
import type { GatewayConfigs } from './gateway-configs.js'
import { type KnownGateway, noSuchGateway } from './gateway-gate.js'
import { GatewayQueue } from './gateway-queue.js'
import { type Fail, StreamPlaces } from './stream-places.js'
import { Turns } from './turns.js'

/** A lost notification is made up for, and a token that has expired is noticed, within this time. */
const LOOK_MS = 20_000

interface Follower extends OpenStream {
  readonly feed: Feed
  readonly queue: GatewayQueue
  readonly fail: Fail
  /** Has been told what the feed holds. */
  isTold: boolean
}

/** The gateways of one location that follow it here. */
interface Feed {
  readonly followers: Set<Follower>
  /** What all of them that are told have been told, by what waits for them included. */
  told: NetworkUpdate | undefined
  /** Why the database's latest could not be read; undefined when it was. */
  failure: unknown
}

/**
 * Tells connected gateways what changes. A feed compares what the database says with what it told last,
 * once for all gateways of a location: so whoever changes something need not announce what, nothing
 * is told that was rolled back, and nothing can be missed that the database has.
 */
export class GatewayFeeds {
  readonly #feeds = new Map<number, Feed>()
  readonly #places = new StreamPlaces()
  #timer: NodeJS.Timeout | undefined
  #upkeep: Promise<void> | undefined
  /** Looks at what is there; one that asks for it sees all that was committed by then. */
  readonly #looks = new Turns(() => this.lookNow())
  #isStopped = false

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly configs: GatewayConfigs,
    /** Whose reports end with their tokens, too. */
    private readonly reporters: StreamPlaces,
    private readonly log: Logger,
  ) {}

  start(): void {
    this.#timer = setInterval(() => {
      this.#upkeep ??= this.upkeep().finally(() => {
        this.#upkeep = undefined
      })
    }, LOOK_MS)
  }

  /** Sends all gateways away; they come back, here or elsewhere. */
  async stop(): Promise<void> {
    this.#isStopped = true
    clearInterval(this.#timer)
    for (const { fail } of this.followers()) fail(new DomainError('stopping'))
    for (const id of this.reporters.gatewayIds) this.reporters.end(id, new DomainError('stopping'))
    await this.#looks.idle()
    await this.#upkeep
  }

  /** Whoever cannot be told of it sees a stream as lost after a minute. */
  private async close(followers: readonly Follower[]): Promise<void> {
    const ids = followers.map(({ id }) => id)
    if (ids.length > 0) await gatewayStreams.close(this.db, ids).catch((err) => this.warn(err))
  }

  /** There may be something new. */
  wake(): void {
    if (this.isNeeded) void this.#looks.take().catch((err) => this.warn(err))
  }

  private get isNeeded(): boolean {
    return this.#feeds.size > 0 || this.reporters.gatewayIds.length > 0
  }

  /**
   * The whole configuration, then each change, until nobody is there any more.
   * @param fail ends the stream although an update is on its way and nobody reads it
   * @throws DomainError `gateway_token_invalid` once the token is worth nothing, `stopping`
   */
  async *follow(
    gateway: KnownGateway,
    signal: AbortSignal,
    fail: Fail,
  ): AsyncGenerator<GatewayUpdate> {
    const openedAt = this.clock()
    const queue = new GatewayQueue()
    const { id: gatewayId, locationId } = gateway
    const feed = this.#feeds.get(locationId) ?? {
      followers: new Set(),
      told: undefined,
      failure: undefined,
    }
    const id = randomUUID()
    const follower: Follower = { id, gatewayId, openedAt, feed, queue, fail, isTold: false }
    this.#feeds.set(locationId, feed)
    feed.followers.add(follower)
    const leavePlace = this.#places.take(gatewayId, fail)
    try {
      await this.#looks.take()
      if (this.#isStopped) throw new DomainError('stopping')
      if (feed.failure !== undefined) throw feed.failure
      if (!feed.told) throw noSuchGateway()
      queue.push([feed.told])
      const { config } = feed.told
      if (mayHaveMissed(config.keepaliveChangedAt, gateway.followedAt, openedAt))
        queue.push(keepaliveUpdates(config))
      follower.isTold = true
      await gatewayStreams.renew(this.db, [follower], this.clock())
      yield* queue.read(signal)
    } finally {
      leavePlace()
      this.leave(locationId, follower)
      await this.close([follower])
    }
  }

  private leave(locationId: number, follower: Follower): void {
    const { feed } = follower
    feed.followers.delete(follower)
    if (feed.followers.size === 0 && this.#feeds.get(locationId) === feed)
      this.#feeds.delete(locationId)
  }

  private followers(): Follower[] {
    return [...this.#feeds.values()].flatMap(({ followers }) => [...followers])
  }

  private async upkeep(): Promise<void> {
    try {
      const now = this.clock()
      const told = this.followers().filter(({ isTold }) => isTold)
      await gatewayStreams.renew(this.db, told, now)
      // One that left meanwhile may have been put back.
      await this.close(told.filter((follower) => !follower.feed.followers.has(follower)))
      await gatewayStreams.deleteLost(this.db, after(now, -STREAM_SILENCE_MS))
      if (this.isNeeded) await this.#looks.take()
    } catch (err) {
      this.warn(err)
    }
  }

  private async lookNow(): Promise<void> {
    await this.endWorthless()
    const locationIds = [...this.#feeds.keys()]
    const revisions = await gatewayConfigs.revisionsOf(this.db, locationIds)
    for (const [locationId, feed] of [...this.#feeds]) {
      const revision = revisions.get(locationId)
      if (revision === undefined || revision === feed.told?.config.revision) continue
      try {
        const config = await this.configs.read(locationId)
        if (config) this.tell(feed, config)
        feed.failure = undefined
      } catch (err) {
        // What is wrong with one location must not keep the others waiting, nor fill the log.
        if (feed.failure === undefined) this.warn(err)
        feed.failure = err
      }
    }
  }

  private tell(feed: Feed, config: GatewayConfig): void {
    const updates = feed.told ? updatesBetween(feed.told.config, config) : []
    feed.told = { kind: 'network', config }
    for (const { queue, fail, isTold } of feed.followers) {
      if (!isTold) continue
      if (queue.isStuck) fail(new DomainError('gateway_too_slow'))
      else queue.push(updates)
    }
  }

  /** Takes the peers from gateways whose tokens are worth nothing any more, and sends them away. */
  private async endWorthless(): Promise<void> {
    const followers = this.followers()
    const reporterIds = this.reporters.gatewayIds
    const gatewayIds = new Set([...followers.map(({ gatewayId }) => gatewayId), ...reporterIds])
    const good = await gateways.goodOf(this.db, [...gatewayIds], this.clock())
    for (const id of reporterIds) if (!good.has(id)) this.reporters.end(id, noSuchGateway())
    for (const { gatewayId, queue, feed, fail } of followers) {
      if (good.has(gatewayId)) continue
      // It does not read even that.
      if (queue.isStuck) fail(noSuchGateway())
      const { told } = feed
      if (told) queue.push([{ kind: 'network', config: { ...told.config, peers: '' } }])
      queue.end(noSuchGateway())
    }
  }

  private warn(err: unknown): void {
    this.log.warn({ err }, 'gateways are told later')
  }
}
