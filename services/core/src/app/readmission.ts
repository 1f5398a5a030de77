import type { StreamCaller } from './caller.js'

const PAUSE_MS = 15_000

/** Checks the session of a caller again now and then, while a reply to them goes on. */
export class Readmission {
  #checkedAt = performance.now()

  constructor(private readonly caller: StreamCaller) {}

  /** @throws DomainError `not_logged_in`, `not_allowed` */
  async check(): Promise<void> {
    if (performance.now() < this.#checkedAt + PAUSE_MS) return
    await this.caller.readmit()
    this.#checkedAt = performance.now()
  }
}
