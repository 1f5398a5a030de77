import type { Logger } from './logger.js'

const LINES_MAX = 30
const WINDOW_MS = 60_000

/** Warnings that strangers cause: as many as an operator needs, and too few to fill a disk with. */
export class BoundedLog {
  #windowEnd = 0
  #count = 0

  /** @param message the same for all of them; how they differ is in their fields */
  constructor(
    private readonly log: Logger,
    private readonly clock: () => Date,
    private readonly message: string,
  ) {}

  warn(fields: object): void {
    const now = this.clock().getTime()
    if (now >= this.#windowEnd) {
      const leftOut = this.#count - LINES_MAX
      if (leftOut > 0) this.log.warn({ leftOut }, `${this.message}, and more like it`)
      this.#windowEnd = now + WINDOW_MS
      this.#count = 0
    }
    this.#count++
    if (this.#count <= LINES_MAX) this.log.warn(fields, this.message)
  }
}
