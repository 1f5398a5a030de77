import * as callCounts from '../db/call-counts.js'
import type { Db, Tx } from '../db/database.js'
import * as loginAddresses from '../db/login-addresses.js'
import * as loginTickets from '../db/login-tickets.js'
import { after, type Clock } from '../domain/clock.js'
import { type Rate, tooManyRequests } from '../domain/limits.js'
import {
  foldLogin,
  freeFailures,
  KNOWN_ADDRESS_MS,
  TICKET_LIFE_MS,
  waitAfter,
} from '../domain/login.js'
import { subscriberOf } from '../domain/subscriber.js'
import { type Actor, audit } from './audit.js'
import { type CallLimits, countKey } from './call-limits.js'
import type { Caller } from './caller.js'

/** Never full: for who is counted and not held up. */
const UNLIMITED = 2 ** 31 - 1

/** Somebody who says who they are, and from where. */
export interface Claim {
  /** The name as typed. */
  readonly login: string
  /** Whose it is; nobody's where there is no such account. */
  readonly userId: number | undefined
  readonly caller: Caller
}

/** An attempt with a password, counted as a failure before anything is compared. */
export interface Attempt {
  readonly claim: Claim
  /** What it was counted under. */
  readonly keys: readonly Buffer[]
  /** Whether the account is locked to this address once it fails. */
  readonly isLast: boolean
  /** Locked already, under the account's other name: even the right password does not help. */
  readonly lockedUntil: Date | undefined
}

/**
 * Slows down who guesses passwords, without a way to shut the owner of an account out: what strangers
 * do costs an address that the account logs in from nothing, and any other at most a minute.
 *
 * What is answered depends on the name as typed and on nothing that is known of accounts, so it tells
 * nobody which exist. An account has two names, and each has the failures of its own; the account
 * counts them together, which only who has the right password ever notices.
 */
export class LoginLadder {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly calls: CallLimits,
  ) {}

  /** Counts an attempt. @throws DomainError `rate_limited` */
  async begin(claim: Claim): Promise<Attempt> {
    const now = this.clock()
    const counts = await this.countPair(claim, now)
    const keys = counts.filter(({ isTaken }) => isTaken).map(({ key }) => key)
    const [ofName, ofAccount] = counts
    if (ofName && !ofName.isTaken) throw tooManyRequests(+ofName.endsAt - +now)
    try {
      await this.holdUp(claim, now)
    } catch (err) {
      await callCounts.giveBack(this.db, keys, now, this.pairEnd(now))
      throw err
    }
    const isLocked = ofAccount !== undefined && !ofAccount.isTaken
    return {
      claim,
      keys,
      isLast: ofAccount?.isTaken === true && ofAccount.taken === this.pairRate?.max,
      lockedUntil: isLocked ? ofAccount.endsAt : undefined,
    }
  }

  /** The password was right, though it was not enough or not looked at: that is no failure. */
  async giveBack({ claim, keys }: Attempt): Promise<void> {
    const now = this.clock()
    await callCounts.giveBack(this.db, keys, now, this.pairEnd(now))
    await callCounts.giveBack(this.db, this.accountKeys(claim), now)
  }

  /** The password was wrong. */
  async fail({ claim, isLast }: Attempt, actor: Actor): Promise<void> {
    if (!isLast) return
    const lockMs = this.calls.limits.loginLockMs
    const object = { kind: 'user', id: claim.userId } as const
    const more = { refusal: 'rate_limited', details: { seconds: lockMs / 1000 } } as const
    await audit(this.db, this.clock(), actor, 'auth.locked', object, more)
  }

  /** Forgets what failed from this address, and remembers it as one of the account's. */
  async succeed(tx: Tx, { claim }: Attempt, userId: number): Promise<void> {
    const now = this.clock()
    const subscriber = subscriberOf(claim.caller.ip)
    await loginAddresses.note(tx, userId, subscriber, now)
    await callCounts.forget(tx, this.pairKeys(claim))
    const others = [...this.accountKeys(claim), ...this.calls.keysOf('logins', subscriber)]
    await callCounts.giveBack(tx, others, now)
  }

  private get pairRate(): Rate | undefined {
    return this.calls.limits.loginFailures[0]
  }

  /** Of the name from this address, and of its account. */
  private async countPair(claim: Claim, now: Date) {
    const rate = this.pairRate
    if (!rate) return []
    const keys = this.pairKeys(claim)
    const fullUntil = after(now, this.calls.limits.loginLockMs)
    const window = { max: rate.max, endsAt: this.pairEnd(now), fullUntil }
    const counts = await callCounts.take(this.db, keys, window, now)
    return keys.map(
      (key) =>
        counts.find((count) => count.key.equals(key)) ?? {
          key,
          isTaken: false,
          taken: rate.max,
          endsAt: fullUntil,
        },
    )
  }

  /** Lets who has logged in from here pass, and others once they have waited. */
  private async holdUp(claim: Claim, now: Date): Promise<void> {
    const { login, userId, caller } = claim
    const subscriber = subscriberOf(caller.ip)
    const since = after(now, -KNOWN_ADDRESS_MS)
    const isKnown = await loginAddresses.isKnown(this.db, userId, subscriber, since)
    const [rate] = this.calls.limits.loginFailuresOfAccount
    if (!rate) return
    const keys = this.accountKeys(claim)
    const endsAt = after(now, rate.windowMs)
    const max = isKnown ? UNLIMITED : freeFailures(rate)
    const [count] = await callCounts.take(this.db, keys, { max, endsAt }, now)
    if (count?.isTaken) return
    const goodAt = after(now, waitAfter(count?.taken ?? 0, rate))
    const key = countKey('loginTickets', rate, `${foldLogin(login)} ${subscriber}`)
    const ticket = { goodAt, lifeMs: TICKET_LIFE_MS }
    const waitUntil = await loginTickets.useOrDraw(this.db, key, ticket, now)
    if (waitUntil) throw tooManyRequests(+waitUntil - +now)
    await callCounts.take(this.db, keys, { max: UNLIMITED, endsAt }, now)
  }

  private pairEnd(now: Date): Date {
    return after(now, this.pairRate?.windowMs ?? 0)
  }

  private pairKeys({ login, userId, caller }: Claim): Buffer[] {
    const rate = this.pairRate
    if (!rate) return []
    const name = foldLogin(login)
    const subscriber = subscriberOf(caller.ip)
    const account = userId === undefined ? `nobody ${name}` : `account ${userId}`
    return [`name ${name}`, account].map((whose) =>
      countKey('loginFailures', rate, `${whose} ${subscriber}`),
    )
  }

  private accountKeys({ login }: Claim): Buffer[] {
    return this.calls.keysOf('loginFailuresOfAccount', foldLogin(login))
  }
}
