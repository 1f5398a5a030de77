import { createHash } from 'node:crypto'
import type { Caller } from '../caller.js'
import { CoreFailure } from '../core-failure.js'
import { subscriberOf } from './client-address.js'
import { tooManyRequests } from './errors.js'
import { Bucket, Window } from './quotas.js'

const MINUTE_MS = 60_000
const UNKNOWN_TOKENS_PER_MINUTE = 20
const ACTIVATION_REFUSALS_PER_MINUTE = 60

/** What one client, or one session, may ask of this process. */
export class Limits {
  readonly #requests: Bucket | undefined
  readonly #unknownTokens = new Window(UNKNOWN_TOKENS_PER_MINUTE, MINUTE_MS)
  readonly #activationRefusals = new Window(ACTIVATION_REFUSALS_PER_MINUTE, MINUTE_MS)

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

  /**
   * Counts only tokens that core does not know, so that whoever guesses behind a shared address
   * shuts nobody else out: a real token is always asked for and passes.
   * @throws HttpError 429 in place of the refusal of one unknown token too many
   */
  async guessing<T>({ address }: Caller, start: () => Promise<T>): Promise<T> {
    try {
      return await start()
    } catch (err) {
      if (reasonOf(err) === 'token_unknown') {
        assertNoWait(this.#unknownTokens.take(subscriberOf(address), this.elapsedMs()))
      }
      throw err
    }
  }

  /** @throws HttpError 429 without asking core, after too many refusals of one session */
  async activating<T>(session: string, activate: () => Promise<T>): Promise<T> {
    const key = createHash('sha256').update(session).digest('base64')
    assertNoWait(this.#activationRefusals.waitMs(key, this.elapsedMs()))
    try {
      return await activate()
    } catch (err) {
      // Calls without a session have nothing in common but that, and must not lock each other out.
      if (session !== '' && reasonOf(err)) this.#activationRefusals.take(key, this.elapsedMs())
      throw err
    }
  }
}

function reasonOf(err: unknown): string | undefined {
  return err instanceof CoreFailure ? err.refusal?.reason : undefined
}

function assertNoWait(waitMs: number): void {
  if (waitMs > 0) throw tooManyRequests(waitMs / 1000)
}
