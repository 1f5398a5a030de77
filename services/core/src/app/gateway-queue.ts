import type { GatewayUpdate } from '../domain/gateway-updates.js'

/** A gateway that is so far behind and reads nothing for a while is told to come back. */
const BEHIND_MAX = 1_000
const SILENCE_MS = 5_000
/** As is one that reads and falls behind by more than two changes of all peers there can be. */
const WAITING_MAX = 100_000
/** So many that it has been told are kept with those that wait. */
const TOLD_MAX = 10_000

/** What one gateway has yet to be told. */
export class GatewayQueue {
  #updates: GatewayUpdate[] = []
  /** So many of them it has been told: taking each from the front would move all others. */
  #told = 0
  #end: (() => void) | undefined
  #wake = () => {}
  #readAt = performance.now()

  /** Whether its gateway does not keep up, so that it should start over, or does not read its end. */
  get isStuck(): boolean {
    const waiting = this.#updates.length - this.#told
    const isSilent = performance.now() > this.#readAt + SILENCE_MS
    const isBehind = waiting > BEHIND_MAX || this.#end !== undefined
    return waiting > WAITING_MAX || (isBehind && isSilent)
  }

  push(updates: readonly GatewayUpdate[]): void {
    if (this.#end) return
    // Silence counts from when there is something to read.
    if (this.#updates.length === 0) this.#readAt = performance.now()
    for (const update of updates) {
      // All that waits is about what this replaces.
      if (update.kind === 'network') this.#keep([update])
      else this.#updates.push(update)
    }
    this.#wake()
  }

  /** Nothing comes after what waits now but this error, whatever is pushed. */
  end(err: Error): void {
    if (this.#end) return
    if (this.#updates.length === 0) this.#readAt = performance.now()
    this.#end = () => {
      throw err
    }
    this.#wake()
  }

  /** Until the queue has an end, or nobody is there any more. */
  async *read(signal: AbortSignal): AsyncGenerator<GatewayUpdate> {
    const wake = () => this.#wake()
    signal.addEventListener('abort', wake)
    try {
      while (!signal.aborted) {
        const update = this.#take()
        if (update) {
          yield update
          this.#readAt = performance.now()
        } else if (this.#end) this.#end()
        else
          await new Promise<void>((resolve) => {
            this.#wake = resolve
          })
      }
    } finally {
      signal.removeEventListener('abort', wake)
    }
  }

  #take(): GatewayUpdate | undefined {
    const update = this.#updates[this.#told]
    if (update) this.#told++
    if (this.#told === this.#updates.length || this.#told >= TOLD_MAX)
      this.#keep(this.#updates.slice(this.#told))
    return update
  }

  #keep(updates: GatewayUpdate[]): void {
    this.#updates = updates
    this.#told = 0
  }
}
