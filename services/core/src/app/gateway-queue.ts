import type { GatewayUpdate } from '../domain/gateway-updates.js'

/** So many updates wait for a gateway to read; one that is further behind is told to come back. */
const BEHIND_MAX = 1_000

/** What one gateway has yet to be told. */
export class GatewayQueue {
  #updates: GatewayUpdate[] = []
  #end: (() => void) | undefined
  #wake = () => {}

  /** Whether it is so far behind that it should start over. */
  get isTooLong(): boolean {
    return this.#updates.length > BEHIND_MAX
  }

  push(updates: readonly GatewayUpdate[]): void {
    if (this.#end) return
    for (const update of updates) {
      // All that waits is about what this replaces.
      if (update.kind === 'network') this.#updates = [update]
      else this.#updates.push(update)
    }
    this.#wake()
  }

  /** Nothing comes after what waits now but this error, whatever is pushed. */
  end(err: Error): void {
    this.#end ??= () => {
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
        const update = this.#updates.shift()
        if (update) yield update
        else if (this.#end) this.#end()
        else
          await new Promise<void>((resolve) => {
            this.#wake = resolve
          })
      }
    } finally {
      signal.removeEventListener('abort', wake)
    }
  }
}
