import { setTimeout as delay } from 'node:timers/promises'
import type { Update } from './contract.js'
import { type ConfigReply, type CoreAddress, CoreCalls, type UpdateStream } from './core-calls.js'
import { HeldInterface } from './held-interface.js'
import type { WireGuard } from './wireguard.js'

export interface GatewayOptions extends CoreAddress {
  /** What it calls itself. */
  readonly name?: string
  /** How long it waits after any error. */
  readonly retryMs?: number
  /** How often it tells what its interface has counted. */
  readonly statsMs?: number
}

/** Takes what it does, for people to read; never the token, and never a private key. */
export type GatewayLog = (message: string, fields?: Readonly<Record<string, unknown>>) => void

const RETRY_MS = 10_000
const STATS_MS = 30_000
const CORE_MIN = [1, 5]

/**
 * Speaks to core as a Defguard gateway of 1.6.5 does, its habits included. Some are odd: what it
 * cannot apply it asks for again without a pause, and a core that is too old ends it for good.
 */
export class ReferenceGateway {
  readonly #core: CoreCalls
  readonly #held: HeldInterface
  readonly #stopping = new AbortController()
  readonly #waiting: (() => void)[] = []
  #isConnected = false
  #life: Promise<string> | undefined

  /** @param wireGuard belongs to the caller; it keeps its peers when the gateway stops */
  constructor(
    private readonly options: GatewayOptions,
    private readonly wireGuard: WireGuard,
    private readonly log: GatewayLog = () => {},
  ) {
    this.#core = new CoreCalls(options)
    this.#held = new HeldInterface(wireGuard)
  }

  start(): void {
    this.#life ??= this.#live().finally(() => this.#core.close())
  }

  /** Leaves the interface as it is. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    if (this.#life) await this.#life
    else this.#core.close()
  }

  /** Resolves when it has ended, to how; by itself it does so only where core is too old. */
  async ended(): Promise<string> {
    return (await this.#life) ?? 'was never started'
  }

  /** Whether its interface is as core wants it and it follows what changes. */
  get isConnected(): boolean {
    return this.#isConnected
  }

  /** Resolves as soon as it is connected. @throws Error when it has ended instead */
  async connected(): Promise<void> {
    if (this.#isConnected) return
    const connected = new Promise<void>((resolve) => this.#waiting.push(resolve))
    const ended = this.ended().then((how) => Promise.reject(new Error(`The gateway ${how}.`)))
    await Promise.race([connected, ended])
  }

  async #live(): Promise<string> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      // One after the other, and the second one even if the first one failed.
      const config = await this.#core.config(this.options.name, signal).catch(toError)
      const updates = await this.#core.updates(signal).catch(toError)
      if (config instanceof Error || updates instanceof Error) {
        if (!(updates instanceof Error)) updates.call.cancel()
        await this.#pause(config instanceof Error ? config.message : String(updates))
      } else if (!isSupported(config.version)) {
        updates.call.cancel()
        return `has met a core of version ${config.version ?? 'unknown'}, and 1.5.0 is the oldest`
      } else if (await this.#configure(config)) {
        await this.#pause(await this.#serve(updates))
      } else updates.call.cancel() // and again without a pause
    }
    return 'was stopped'
  }

  async #configure({ configuration }: Pick<ConfigReply, 'configuration'>): Promise<boolean> {
    const { name: location, peers } = configuration
    try {
      const isChanged = await this.#held.configure(configuration)
      this.log(isChanged ? 'configured' : 'already as configured', {
        location,
        peers: peers.length,
      })
      return true
    } catch (err) {
      this.log('cannot be configured', { location, err })
      return false
    }
  }

  /** Resolves to why it is over; then nothing touches the interface any more. */
  async #serve(updates: UpdateStream): Promise<string> {
    const stats = this.#core.stats(this.wireGuard, this.options.statsMs ?? STATS_MS, (err) =>
      this.log('cannot read its interface', { err }),
    )
    this.#isConnected = true
    for (const resolve of this.#waiting.splice(0)) resolve()
    const following = this.#follow(updates)
    const reason = await Promise.race([updates.ended, stats.ended])
    this.#isConnected = false
    updates.call.cancel()
    await stats.stop()
    await following
    return reason
  }

  async #follow({ call }: UpdateStream): Promise<void> {
    try {
      for await (const update of call) await this.#take(update)
    } catch {
      // `ended` says why
    }
  }

  async #take({ update_type, peer, network }: Update): Promise<void> {
    if (network) {
      const isGone = update_type === 'DELETE'
      await this.#configure({ configuration: isGone ? EMPTY : network })
      return
    }
    if (!peer) return
    const change = update_type === 'DELETE' ? 'removed' : 'set'
    try {
      if (change === 'removed') await this.#held.removePeer(peer)
      else await this.#held.setPeer(peer)
      this.log(`peer ${change}`, { peer: peer.pubkey, allowedIps: peer.allowed_ips })
    } catch (err) {
      this.log(`peer cannot be ${change}`, { peer: peer.pubkey, err })
    }
  }

  async #pause(reason: string): Promise<void> {
    const { signal } = this.#stopping
    if (signal.aborted) return
    const retryMs = this.options.retryMs ?? RETRY_MS
    this.log('not connected', { reason, retryMs })
    await delay(retryMs, undefined, { signal }).catch(() => {})
  }
}

/** It does not know that a location can be deleted. */
const EMPTY = { name: '', prvkey: '', port: 0, addresses: [], peers: [] }

function isSupported(version = '0.0'): boolean {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10))
  const [majorMin = 0, minorMin = 0] = CORE_MIN
  return major > majorMin || (major === majorMin && minor >= minorMin)
}

function toError(err: unknown): Error {
  return err instanceof Error ? err : new Error(String(err))
}
