/** A lost notification is made up for, and what only time makes due is noticed, within this time. */
const POLL_MS = 1_000

/** Does work that waits in the database, as soon as somebody says so and otherwise now and then. */
export class WorkLoop {
  #running: Promise<void> | undefined
  #isStopping = false
  #wake = () => {}

  /** @param work does some of what waits; true when more may be waiting */
  constructor(
    private readonly work: () => Promise<boolean>,
    private readonly onError: (err: unknown) => void,
  ) {}

  start(): void {
    this.#running = this.run()
  }

  /** Finishes what is being done. */
  async stop(): Promise<void> {
    this.#isStopping = true
    this.#wake()
    await this.#running
  }

  wake(): void {
    this.#wake()
  }

  private async run(): Promise<void> {
    while (!this.#isStopping) {
      const nap = this.nap()
      try {
        if (await this.work()) continue
      } catch (err) {
        this.onError(err)
      }
      await nap
    }
  }

  /** Ends after the poll time or at a wake-up, one that comes before it is awaited included. */
  private nap(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, POLL_MS)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
      if (this.#isStopping) this.#wake()
    })
  }
}
