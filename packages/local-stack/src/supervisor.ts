import { setTimeout as delay } from 'node:timers/promises'

/** A process that is up and answers. */
export interface Running {
  readonly pid: number
  /** Resolves, with words for a sentence, when it has ended for whatever reason. */
  readonly exited: Promise<string>
  /** Asks it to stop and resolves when it has. */
  stop(): Promise<void>
}

/** Starts the process and resolves when it answers; rejects when it cannot, or when aborted. */
export type Launch = (signal: AbortSignal) => Promise<Running>

export interface SupervisorEvents {
  /** It ended by itself, or a new attempt failed; the next one follows after this time. */
  onDown(reason: string, retryInMs: number): void
  /** It answers again. */
  onUp(): void
}

const BACKOFF_MIN_MS = 250
const BACKOFF_MAX_MS = 30_000
/** Who has lived this long starts over with the shortest wait. */
const CALM_MS = 60_000

/** Keeps one process running: starts it again, ever more slowly, whenever it ends by itself. */
export class Supervisor {
  readonly #stopping = new AbortController()
  #running: Running
  readonly #loop: Promise<void>

  private constructor(
    first: Running,
    private readonly launch: Launch,
    private readonly events: SupervisorEvents,
  ) {
    this.#running = first
    this.#loop = this.#keep()
  }

  /** Rejects when the first start fails: then there is nothing to keep. */
  static async start(
    launch: Launch,
    events: SupervisorEvents,
    signal: AbortSignal,
  ): Promise<Supervisor> {
    return new Supervisor(await launch(signal), launch, events)
  }

  get pid(): number {
    return this.#running.pid
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running.stop()
    await this.#loop
  }

  async #keep(): Promise<void> {
    const { signal } = this.#stopping
    let wait = BACKOFF_MIN_MS
    for (;;) {
      const startedAt = Date.now()
      let reason = await this.#running.exited
      if (Date.now() - startedAt >= CALM_MS) wait = BACKOFF_MIN_MS
      for (;;) {
        if (signal.aborted) return
        this.events.onDown(reason, wait)
        await delay(wait, undefined, { signal }).catch(() => {})
        if (signal.aborted) return
        wait = Math.min(wait * 2, BACKOFF_MAX_MS)
        try {
          this.#running = await this.launch(signal)
          break
        } catch (err) {
          reason = err instanceof Error ? err.message : String(err)
        }
      }
      if (signal.aborted) return this.#running.stop()
      this.events.onUp()
    }
  }
}
