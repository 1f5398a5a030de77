import type { Io } from './io.js'

const WIDTH = 30
const REDRAW_MS = 100

/** How far a long command is, in one line of the terminal; nothing where there is none. */
export class ProgressBar {
  #drawnAt = 0
  #isDrawn = false

  constructor(
    private readonly io: Io,
    private readonly isWanted: boolean,
  ) {}

  show(what: string, done: number, total: number | undefined): void {
    const now = performance.now()
    if (!this.isWanted || !this.io.stderr.isTTY || now - this.#drawnAt < REDRAW_MS) return
    this.#drawnAt = now
    this.#isDrawn = true
    this.io.stderr.write(`\r\u001b[K${what} ${total === undefined ? done : bar(done, total)}`)
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#isDrawn) this.io.stderr.write('\r\u001b[K')
    this.#isDrawn = false
  }
}

function bar(done: number, total: number): string {
  const filled = total === 0 ? WIDTH : Math.round((WIDTH * done) / total)
  return `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${done} of ${total}`
}
