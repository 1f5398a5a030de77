import type { Logger } from '@defguard/runtime/logger'
import { Window } from '@defguard/runtime/quotas'
import type { Caller } from '../app/caller.js'
import type { Clock } from '../domain/clock.js'
import { DomainError, type ErrorReason } from '../domain/errors.js'
import { knownAddress, subscriberOf } from '../domain/subscriber.js'

/** What a refused attempt is called in the log, for the calls that strangers guess at. */
const EVENT_OF_RPC: Readonly<Record<string, string>> = {
  '/defguard.enrollment.v1.EnrollmentService/StartEnrollment': 'start',
  '/defguard.enrollment.v1.EnrollmentService/GetInstanceInfo': 'poll',
  '/defguard.enrollment.v1.PasswordResetService/StartPasswordReset': 'reset_start',
  '/defguard.admin.v1.AuthService/Login': 'login',
}

/** Any other call that an address or a session made too often. */
const OTHER = 'call'

/** Says nothing against the caller. */
const HARMLESS = new Set<ErrorReason>(['mfa_code_required', 'busy'])

const LINES_MAX = 20
const WINDOW_MS = 60_000

/**
 * A line for each refused attempt to get in, as many for an address as a program that counts them
 * needs, and no more. Its form does not change: `docker/fail2ban` reads it. No field holds what a
 * caller has written.
 */
export class RefusedAccess {
  readonly #lines = new Window(LINES_MAX, WINDOW_MS)

  constructor(
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {}

  note(rpc: string, { ip }: Caller, err: unknown): void {
    if (!(err instanceof DomainError) || HARMLESS.has(err.reason)) return
    const event = EVENT_OF_RPC[rpc] ?? (err.reason === 'rate_limited' ? OTHER : undefined)
    if (event === undefined || this.#lines.take(subscriberOf(ip), +this.clock()) > 0) return
    this.log.warn({ event, ip: knownAddress(ip), reason: err.reason }, 'access refused')
  }
}
