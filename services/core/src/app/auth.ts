import * as adminSessions from '../db/admin-sessions.js'
import { type Db, inTransaction } from '../db/database.js'
import type { User } from '../db/schema.js'
import * as secondFactors from '../db/second-factors.js'
import * as users from '../db/users.js'
import { after, type Clock } from '../domain/clock.js'
import { DomainError } from '../domain/errors.js'
import { tooManyRequests } from '../domain/limits.js'
import { typedEmail } from '../domain/password-reset.js'
import { newSecret } from '../domain/secret.js'
import { asPerson, audit, selfOf } from './audit.js'
import type { CallLimits } from './call-limits.js'
import type { Caller, InSession } from './caller.js'
import type { Attempt, LoginLadder } from './login-ladder.js'
import type { PasswordHasher } from './password-hasher.js'
import type { SecondFactor } from './second-factor.js'
import { auditGuess } from './start-refusals.js'

export interface Credentials {
  readonly login: string
  readonly password: string
  /** Beside the password; empty when there is none yet. */
  readonly code: string
}

export interface OpenedSession {
  readonly sessionSecret: string
  readonly expiresAt: Date
  readonly username: string
  /** Nothing can be done in it until a second factor is set up. */
  readonly isFactorMissing: boolean
}

/** Sessions of people who administer. */
export class Auth {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly hasher: PasswordHasher,
    private readonly secondFactor: SecondFactor,
    private readonly limits: CallLimits,
    private readonly ladder: LoginLadder,
    private readonly sessionTimeoutMs: number,
  ) {}

  /**
   * Opens a session. A wrong password, an unknown, a pending and a disabled account answer alike,
   * after the same work. Only whoever knows the password learns that a code is needed beside it.
   * @throws DomainError `login_failed`, `mfa_code_required`, `login_code_wrong`, `rate_limited`, `busy`
   */
  async login(credentials: Credentials, caller: Caller): Promise<OpenedSession> {
    try {
      await this.limits.countAddress('logins', caller, this.clock())
      const user = await this.findUser(credentials)
      const claim = { login: credentials.login, userId: user?.id, caller }
      const attempt = await this.ladder.begin(claim)
      return await this.judge(user, credentials, attempt)
    } catch (err) {
      if (err instanceof DomainError && err.reason === 'rate_limited')
        await auditGuess(this.db, 'auth.login', err.reason, caller, this.clock())
      throw err
    }
  }

  /** Looks at an attempt that was let through, and books how it ends. */
  private async judge(
    user: User | undefined,
    credentials: Credentials,
    attempt: Attempt,
  ): Promise<OpenedSession> {
    const now = this.clock()
    try {
      return await this.open(user, credentials, attempt, now)
    } catch (err) {
      if (!(err instanceof DomainError)) throw err
      const { caller } = attempt.claim
      const actor = { kind: 'person', id: user?.id, name: user?.username, caller } as const
      if (err.reason === 'login_failed') await this.ladder.fail(attempt, actor)
      else await this.ladder.giveBack(attempt)
      if (err.reason !== 'busy' && err.reason !== 'rate_limited')
        await audit(this.db, now, actor, 'auth.login', undefined, { refusal: err.reason })
      throw err
    }
  }

  private async open(
    user: User | undefined,
    credentials: Credentials,
    attempt: Attempt,
    now: Date,
  ): Promise<OpenedSession> {
    const { password, code } = credentials
    const { caller } = attempt.claim
    const isRight = await this.hasher.verify(password, user?.passwordHash ?? null)
    if (!user?.isActive || user.passwordHash === null || !isRight) {
      throw new DomainError('login_failed')
    }
    if (attempt.lockedUntil) throw tooManyRequests(+attempt.lockedUntil - +now)
    const takeCode = await this.secondFactor.check(user, code, now)
    const passwordHash = await this.upgrade(user.id, user.passwordHash, password)
    const { secret, hash } = newSecret('adminSession')
    const expiresAt = after(now, this.sessionTimeoutMs)
    const isOpened = await inTransaction(this.db, async (tx) => {
      if (!(await users.holdPassword(tx, user.id, passwordHash))) return false
      // Set up since the code was asked for: this password alone opens nothing any more.
      if (!takeCode && (await secondFactors.isSet(tx, user.id))) return false
      if (takeCode && !(await takeCode(tx))) throw new DomainError('login_code_wrong')
      await adminSessions.insert(tx, {
        userId: user.id,
        sessionHash: hash,
        createdAt: now,
        expiresAt,
        ip: caller.ip ?? null,
        userAgent: caller.userAgent ?? null,
      })
      await this.ladder.succeed(tx, attempt, user.id)
      const actor = { kind: 'person', id: user.id, name: user.username, caller } as const
      await audit(tx, now, actor, 'auth.login', { kind: 'user', id: user.id, name: user.username })
      return true
    })
    // Changed or hashed anew meanwhile: the password of now decides.
    if (!isOpened) return this.open(await this.findUser(credentials), credentials, attempt, now)
    const isFactorMissing = user.mfaDemanded && !takeCode
    return { sessionSecret: secret, expiresAt, username: user.username, isFactorMissing }
  }

  async logout(person: InSession): Promise<void> {
    const now = this.clock()
    await inTransaction(this.db, async (tx) => {
      await adminSessions.end(tx, person.sessionId, now)
      await audit(tx, now, asPerson(person), 'auth.logout', selfOf(person))
    })
  }

  /** Ends all sessions of a person. */
  async logoutEverywhere(person: InSession): Promise<void> {
    const now = this.clock()
    await inTransaction(this.db, async (tx) => {
      await adminSessions.endOfUser(tx, person.userId, now)
      const details = { everywhere: true }
      await audit(tx, now, asPerson(person), 'auth.logout', selfOf(person), { details })
    })
  }

  private findUser({ login }: Credentials): Promise<User | undefined> {
    return users.findByLogin(this.db, typedEmail(login))
  }

  /** Moves a password to today's parameters; only now is it known in clear. */
  private async upgrade(userId: number, stored: string, password: string): Promise<string> {
    if (!this.hasher.needsRehash(stored)) return stored
    const upgraded = await this.hasher.hash(password)
    await users.rehashPassword(this.db, userId, stored, upgraded)
    return upgraded
  }
}
