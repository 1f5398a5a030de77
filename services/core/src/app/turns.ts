/**
 * The same work, one turn after the other. Each that asks gets a turn that begins after it asked, so
 * that it sees all that was there by then; those that ask while one runs share the next.
 */
export class Turns<T> {
  #running: Promise<T> | undefined
  #next: Promise<T> | undefined

  constructor(private readonly work: () => Promise<T>) {}

  /** Rejects as its turn does. */
  take(): Promise<T> {
    this.#next ??= this.idle().then(() => {
      this.#next = undefined
      const running = this.work()
      this.#running = running
      const forget = () => {
        if (this.#running === running) this.#running = undefined
      }
      running.then(forget, forget)
      return running
    })
    return this.#next
  }

  /** Nothing runs, and nothing is to. */
  get isIdle(): boolean {
    return this.#running === undefined && this.#next === undefined
  }

  /** Until the turn that runs now has ended, however it does. */
  async idle(): Promise<void> {
    await this.#running?.catch(() => {})
  }
}
