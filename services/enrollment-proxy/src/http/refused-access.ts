import type { Logger } from '@defguard/runtime/logger'
import { Window } from '@defguard/runtime/quotas'
import type { Caller } from '../caller.js'
import { subscriberOf } from './client-address.js'

const LINES_MAX = 20
const WINDOW_MS = 60_000

/**
 * A line for each request that was one too many, in the form that core's have, for the same program to
 * read. What core refuses stands in its log.
 */
export class RefusedAccess {
  readonly #lines = new Window(LINES_MAX, WINDOW_MS)

  constructor(
    private readonly log: Logger,
    private readonly elapsedMs: () => number,
  ) {}

  note({ address }: Caller): void {
    if (this.#lines.take(subscriberOf(address), this.elapsedMs()) > 0) return
    this.log.warn({ event: 'request', ip: address, reason: 'rate_limited' }, 'access refused')
  }
}
