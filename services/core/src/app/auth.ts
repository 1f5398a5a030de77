import * as adminSessions from '../db/admin-sessions.js'
import { type Db, inTransaction } from '../db/database.js'
import type { User } from '../db/schema.js'
import * as users from '../db/users.js'
import { after, type Clock } from '../domain/clock.js'
import { DomainError } from '../domain/errors.js'
import { newSecret } from '../domain/secret.js'
import { asActor, asPerson, audit } from './audit.js'
import type { Caller, InSession } from './caller.js'
import type { PasswordHasher } from './password-hasher.js'
import type { SecondFactor } from './second-factor.js'

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
}

/** Sessions of people who administer. */
export class Auth {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly hasher: PasswordHasher,
    private readonly secondFactor: SecondFactor,
    private readonly sessionTimeoutMs: number,
  ) {}

  /**
   * Opens a session. A wrong password, an unknown, a pending and a disabled account answer alike,
   * after the same work. Only whoever knows the password learns that a code is needed beside it.
   * @throws DomainError `login_failed`, `mfa_code_required`, `login_code_wrong`, `busy`
   */
  async login(credentials: Credentials, caller: Caller): Promise<OpenedSession> {
    const now = this.clock()
    const user = await this.findUser(credentials)
    try {
      return await this.open(user, credentials, caller, now)
    } catch (err) {
      if (err instanceof DomainError && err.reason !== 'busy') {
        const actor = { kind: 'person', id: user?.id, name: user?.username, caller } as const
        await audit(this.db, now, actor, 'auth.login', undefined, { refusal: err.reason })
      }
      throw err
    }
  }

  private async open(
    user: User | undefined,
    credentials: Credentials,
    caller: Caller,
    now: Date,
  ): Promise<OpenedSession> {
    const { password, code } = credentials
    const isRight = await this.hasher.verify(password, user?.passwordHash ?? null)
    if (!user?.isActive || user.passwordHash === null || !isRight) {
      throw new DomainError('login_failed')
    }
    const takeCode = await this.secondFactor.check(user, code, now)
    const passwordHash = await this.upgrade(user.id, user.passwordHash, password)
    const { secret, hash } = newSecret('adminSession')
    const expiresAt = after(now, this.sessionTimeoutMs)
    const isOpened = await inTransaction(this.db, async (tx) => {
      if (!(await users.holdPassword(tx, user.id, passwordHash))) return false
      if (takeCode && !(await takeCode(tx))) throw new DomainError('login_code_wrong')
      await adminSessions.insert(tx, {
        userId: user.id,
        sessionHash: hash,
        createdAt: now,
        expiresAt,
        ip: caller.ip ?? null,
        userAgent: caller.userAgent ?? null,
      })
      const actor = { kind: 'person', id: user.id, name: user.username, caller } as const
      await audit(tx, now, actor, 'auth.login', { kind: 'user', id: user.id, name: user.username })
      return true
    })
    // Changed or hashed anew meanwhile: the password of now decides.
    if (!isOpened) return this.open(await this.findUser(credentials), credentials, caller, now)
    return { sessionSecret: secret, expiresAt, username: user.username }
  }

  async logout(person: InSession): Promise<void> {
    const now = this.clock()
    await inTransaction(this.db, async (tx) => {
      await adminSessions.end(tx, person.sessionId, now)
      await audit(tx, now, asActor(person), 'auth.logout')
    })
  }

  /** Ends all sessions of a person. */
  async logoutEverywhere(person: InSession): Promise<void> {
    const now = this.clock()
    await inTransaction(this.db, async (tx) => {
      await adminSessions.endOfUser(tx, person.userId, now)
      const details = { everywhere: true }
      await audit(tx, now, asPerson(person), 'auth.logout', undefined, { details })
    })
  }

  private findUser({ login }: Credentials): Promise<User | undefined> {
    return users.findByLogin(this.db, login.trim())
  }

  /** Moves a password to today's parameters; only now is it known in clear. */
  private async upgrade(userId: number, stored: string, password: string): Promise<string> {
    if (!this.hasher.needsRehash(stored)) return stored
    const upgraded = await this.hasher.hash(password)
    await users.rehashPassword(this.db, userId, stored, upgraded)
    return upgraded
  }
}
