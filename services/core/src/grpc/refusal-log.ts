import type { Role } from '@defguard/runtime/certificate-role'
import type { Logger } from '@defguard/runtime/logger'
import { after, type Clock } from '../domain/clock.js'

export interface CertificateRefusal {
  readonly reason: string
  /** That of the certificate, if it has one. */
  readonly role?: Role | undefined
  /** The method, unless it was the connection that was refused. */
  readonly rpc?: string
  readonly peer: string
}

const LINES_MAX = 30
const WINDOW_MS = 60_000

/** A line per refused certificate, as many as an operator needs and a flood cannot fill a disk with. */
export class RefusalLog {
  #windowEnd = new Date(0)
  #count = 0

  constructor(
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {}

  add(refusal: CertificateRefusal): void {
    const now = this.clock()
    if (now >= this.#windowEnd) {
      this.#sayWhatWasLeftOut()
      this.#windowEnd = after(now, WINDOW_MS)
      this.#count = 0
    }
    this.#count++
    if (this.#count <= LINES_MAX) this.log.warn(refusal, 'client certificate refused')
  }

  #sayWhatWasLeftOut(): void {
    const leftOut = this.#count - LINES_MAX
    if (leftOut > 0) this.log.warn({ leftOut }, 'more client certificates were refused')
  }
}
