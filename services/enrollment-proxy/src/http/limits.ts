import { createHash } from 'node:crypto'
import type { Caller } from '../caller.js'
import { CoreFailure } from '../core-failure.js'
import { subscriberOf } from './client-address.js'
import { tooManyRequests } from './errors.js'
import { Bucket, Window } from './quotas.js'

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

export type AddressQuota = keyof typeof PER_ADDRESS
export type SessionQuota = keyof typeof PER_SESSION

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

  /** @throws HttpError 429 */
  countRequest({ address }: Caller): void {
    assertNoWait(this.#requests?.take(subscriberOf(address), this.elapsedMs()) ?? 0)
  }

  /** @throws HttpError 429 */
  count(quota: AddressQuota, { address }: Caller): void {
    assertNoWait(this.#perAddress[quota].take(subscriberOf(address), this.elapsedMs()))
  }

  /**
   * Counts only tokens that core does not know, so that whoever guesses behind a shared address
   * shuts nobody else out: a real token is always asked for and passes.
   * @throws HttpError 429 in place of the refusal of one unknown token too many
   */
  async guessing<T>(caller: Caller, start: () => Promise<T>): Promise<T> {
    try {
      return await start()
    } catch (err) {
      if (reasonOf(err) === 'token_unknown') this.count('unknown_tokens', caller)
      throw err
    }
  }

  /** @throws HttpError 429 without asking core, after too many refusals of one session */
  async trying<T>(quota: SessionQuota, session: string, ask: () => Promise<T>): Promise<T> {
    const refusals = this.#perSession[quota]
    const key = createHash('sha256').update(session).digest('base64')
    assertNoWait(refusals.waitMs(key, this.elapsedMs()))
    try {
      return await ask()
    } catch (err) {
      // Calls without a session have nothing in common but that, and must not lock each other out.
      if (session !== '' && reasonOf(err)) refusals.take(key, this.elapsedMs())
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

function reasonOf(err: unknown): string | undefined {
  return err instanceof CoreFailure ? err.refusal?.reason : undefined
}

function assertNoWait(waitMs: number): void {
  if (waitMs > 0) throw tooManyRequests(waitMs / 1000)
}
