import { createHash } from 'node:crypto'
import { Bucket, Window } from '@defguard/runtime/quotas'
import type { Caller } from '../caller.js'
import { CoreFailure } from '../core-failure.js'
import { subscriberOf } from './client-address.js'
import { tooManyRequests } from './errors.js'

const MINUTE_MS = 60_000

/** Per minute and address. Polls of a whole office come from one: they meet only the general limit. */
const PER_ADDRESS = {
  unknown_tokens: 20,
  reset_requests: 5,
  link_requests: 5,
  notes: 5,
}

/** Refusals per minute and session. */
const PER_SESSION = {
  activation: 60,
  mfa: 10,
  password_reset: 60,
}

/** What a route is limited by; not at all where it says nothing. */
export interface Limited {
  /** Whether it counts among all requests of an address. */
  readonly isLimited: boolean
  /** Calls per address, for what makes core send mail. */
  readonly quota?: Exclude<keyof typeof PER_ADDRESS, 'unknown_tokens'>
  /** Refusals per session. */
  readonly attempts?: keyof typeof PER_SESSION
  /** Whether an unknown token may be a guess. */
  readonly isGuess?: boolean
}

/** What one client, or one session, may ask of this process. */
export class Limits {
  readonly #requests: Bucket | undefined
  readonly #perAddress = toWindows(PER_ADDRESS)
  readonly #perSession = toWindows(PER_SESSION)

  constructor(
    { perSecond, burst }: { perSecond: number; burst: number },
    private readonly elapsedMs: () => number,
  ) {
    this.#requests = perSecond > 0 && burst > 0 ? new Bucket(perSecond, burst) : undefined
  }

  /**
   * Serves a request, unless there were too many: that is known before its body is read. Of unknown
   * tokens only one too many is refused, so that whoever guesses behind a shared address shuts nobody
   * else out: a real token is always asked for and passes.
   * @throws HttpError 429
   */
  async within(
    { isLimited, quota, attempts, isGuess }: Limited,
    { caller, session }: { caller: Caller; session: string },
    serve: () => Promise<void>,
  ): Promise<void> {
    const address = subscriberOf(caller.address)
    // Calls without a session have nothing in common but that, and must not lock each other out.
    const refusals = attempts && session !== '' ? this.#perSession[attempts] : undefined
    if (isLimited) assertNoWait(this.#requests?.take(address, this.elapsedMs()) ?? 0)
    if (quota) assertNoWait(this.#perAddress[quota].take(address, this.elapsedMs()))
    assertNoWait(refusals?.waitMs(keyOf(session), this.elapsedMs()) ?? 0)
    try {
      await serve()
    } catch (err) {
      const reason = reasonOf(err)
      if (reason) refusals?.take(keyOf(session), this.elapsedMs())
      if (isGuess && reason === 'token_unknown') {
        assertNoWait(this.#perAddress.unknown_tokens.take(address, this.elapsedMs()))
      }
      throw err
    }
  }
}

function toWindows<Quota extends string>(quotas: Record<Quota, number>): Record<Quota, Window> {
  const windows = Object.entries<number>(quotas).map(([quota, max]) => [
    quota,
    new Window(max, MINUTE_MS),
  ])
  return Object.fromEntries(windows)
}

/** No secret stays in memory longer than its request. */
function keyOf(session: string): string {
  return createHash('sha256').update(session).digest('base64')
}

function reasonOf(err: unknown): string | undefined {
  return err instanceof CoreFailure ? err.refusal?.reason : undefined
}

function assertNoWait(waitMs: number): void {
  if (waitMs > 0) throw tooManyRequests(waitMs / 1000)
}
