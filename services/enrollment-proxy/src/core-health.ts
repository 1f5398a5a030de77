import type { Logger } from '@defguard/runtime/logger'
import { UNKNOWN_VERSION } from '@defguard/runtime/version'
import type { CoreChannel } from './core-channel.js'
import type { CoreClient } from './core-client.js'

const INTERVAL_MS = 500

/** A release of semver; clients throw answers away that name anything else. */
const RELEASE = /^\d+\.\d+\.\d+(\+[0-9A-Za-z.-]+)?$/

/** Knows at any moment how core is, by asking grpc.health.v1 all the time and not per request. */
export class CoreHealth {
  #version = UNKNOWN_VERSION
  #isServing = false
  #timer: NodeJS.Timeout | undefined
  #isStopped = false

  constructor(
    private readonly channel: CoreChannel,
    private readonly core: CoreClient,
    private readonly log: Logger,
  ) {
    channel.onVersion = (version) => {
      if (RELEASE.test(version)) this.#version = version
    }
  }

  /** As core told; kept while it is away. */
  get version(): string {
    return this.#version
  }

  /** Whether core answers now. */
  get isConnected(): boolean {
    return this.#isServing && this.channel.isConnected
  }

  async start(): Promise<void> {
    const isServing = await this.channel.isServing()
    if (this.#isStopped) return
    if (isServing !== this.#isServing) this.#change(isServing)
    this.#timer = setTimeout(() => void this.start(), INTERVAL_MS)
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }

  #change(isServing: boolean): void {
    this.#isServing = isServing
    if (!isServing) {
      this.log.warn('core does not answer')
      return
    }
    this.log.info('core answers')
    // Any answer brings the version along; its content does not matter here.
    this.core.getInstance().catch(() => {})
  }
}
