import { createHash } from 'node:crypto'
import { Window } from '@defguard/runtime/quotas'
import * as callCounts from '../db/call-counts.js'
import type { Db } from '../db/database.js'
import * as enrollmentSessions from '../db/enrollment-sessions.js'
import { after } from '../domain/clock.js'
import { DomainError } from '../domain/errors.js'
import { type LimitName, type Limits, type Rate, tooManyRequests } from '../domain/limits.js'
import type { SecretHash } from '../domain/secret.js'
import { subscriberOf } from '../domain/subscriber.js'
import type { Caller } from './caller.js'

const KEY_LENGTH = 16

/** The part of a session's calls that each core lets pass uncounted. */
const FEW = 0.1

/** Whom a limit is about: never a secret, but the id or the hash of one. */
export type Subject = string | number | Buffer

/** What is counted under: of one size whatever the subject, and nothing to read. */
export function countKey(name: string, { windowMs }: Rate, subject: Subject): Buffer {
  return createHash('sha256')
    .update(`${name} ${windowMs} `)
    .update(typeof subject === 'number' ? String(subject) : subject)
    .digest()
    .subarray(0, KEY_LENGTH)
}

/**
 * How often callers do things, counted for all cores together. Outside of the transaction of what is
 * counted: a refusal rolls that back and counts all the same.
 */
export class CallLimits {
  readonly #fewCalls: readonly { few: Window; rate: Rate }[]

  constructor(
    private readonly db: Db,
    readonly limits: Limits,
  ) {
    this.#fewCalls = limits.sessionCalls.map(({ max, windowMs }) => {
      const few = Math.floor(max * FEW)
      return { few: new Window(few, windowMs), rate: { max: max - few, windowMs } }
    })
  }

  /** What a subject is counted under, once for each rate. */
  keysOf(name: LimitName, subject: Subject): Buffer[] {
    return this.limits[name].map((rate) => countKey(name, rate, subject))
  }

  /** What a guess is refused with: its refusal, or that of one guess too many from its address. */
  async guess(
    name: LimitName,
    refusal: DomainError,
    caller: Caller,
    now: Date,
  ): Promise<DomainError> {
    try {
      await this.countAddress(name, caller, now)
      return refusal
    } catch (err) {
      if (err instanceof DomainError) return err
      throw err
    }
  }

  /**
   * Counts a call of an enrollment session. A few in a window, more than people make, cost no
   * statement: each core lets them pass, and only the others are counted for all cores together, if
   * there is such a session.
   * @throws DomainError `rate_limited`
   */
  async countSession(sessionHash: SecretHash, now: Date): Promise<void> {
    const subject = sessionHash.toString('base64')
    const more = this.#fewCalls.filter(({ few }) => few.take(subject, +now) > 0)
    if (more.length === 0 || !(await enrollmentSessions.isKnown(this.db, sessionHash))) return
    for (const { rate } of more) await this.countOne('sessionCalls', rate, sessionHash, now)
  }

  /** Counts what an address does. @throws DomainError `rate_limited` */
  countAddress(name: LimitName, { ip }: Caller, now: Date): Promise<void> {
    return this.count(name, subscriberOf(ip), now)
  }

  /** Counts what a subject does. @throws DomainError `rate_limited` */
  async count(name: LimitName, subject: Subject, now: Date): Promise<void> {
    for (const rate of this.limits[name]) await this.countOne(name, rate, subject, now)
  }

  private async countOne(name: LimitName, rate: Rate, subject: Subject, now: Date): Promise<void> {
    const window = { max: rate.max, endsAt: after(now, rate.windowMs) }
    const [count] = await callCounts.take(this.db, [countKey(name, rate, subject)], window, now)
    if (!count?.isTaken) throw tooManyRequests(+(count ?? window).endsAt - +now)
  }
}

/** The same in the memory of one core, for what is asked so often that a statement each were too much. */
export class LocalLimit {
  readonly #windows: readonly Window[]

  constructor(limit: readonly Rate[]) {
    this.#windows = limit.map(({ max, windowMs }) => new Window(max, windowMs))
  }

  /** @throws DomainError `rate_limited` */
  assertRoom(subject: string, now: Date): void {
    for (const window of this.#windows) assertNoWait(window.waitMs(subject, +now))
  }

  /** @throws DomainError `rate_limited` */
  count(subject: string, now: Date): void {
    for (const window of this.#windows) assertNoWait(window.take(subject, +now))
  }
}

function assertNoWait(waitMs: number): void {
  if (waitMs > 0) throw tooManyRequests(waitMs)
}
