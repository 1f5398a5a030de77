import { type Db, inTransaction, type Tx } from '../db/database.js'
import * as devices from '../db/devices.js'
import * as tokenEnds from '../db/enrollment-token-ends.js'
import * as secondFactors from '../db/second-factors.js'
import * as settingsRow from '../db/settings.js'
import * as users from '../db/users.js'
import type { Clock } from '../domain/clock.js'
import { DomainError } from '../domain/errors.js'
import { assertPassword, type PasswordOwner } from '../domain/password.js'
import type { Sealer } from '../domain/sealing.js'
import { asActor, asPerson, audit, selfOf } from './audit.js'
import type { InSession, UserAdmin } from './caller.js'
import { removeDevices } from './device-removal.js'
import type { Attempt, LoginLadder } from './login-ladder.js'
import { changePassword, tellPasswordChanged } from './password-change.js'
import type { PasswordHasher } from './password-hasher.js'
import { assertOther, lockInSession, lockTarget, type Target } from './targets.js'
import { endTokens } from './token-ends.js'
import { type UserView, viewOf } from './user-views.js'

/** Passwords that are set by an admin, or changed by somebody who knows the old one. */
export class Passwords {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly hasher: PasswordHasher,
    private readonly sealer: Sealer,
    private readonly ladder: LoginLadder,
  ) {}

  /**
   * Gives somebody else a password. A pending person is active with it: their links to enroll, and
   * the devices made with one, may be a thief's and go.
   * @throws DomainError `not_found`, `not_allowed`, `invalid_argument`, `password_…`, `busy`
   */
  async set(by: UserAdmin, username: string, password: string): Promise<UserView> {
    // Before the hash, which takes long and no locks.
    const owner = await inTransaction(this.db, (tx) => lockOther(tx, by, username))
    const passwordHash = await this.hash(password, owner)
    return inTransaction(this.db, async (tx) => {
      const now = this.clock()
      const target = await lockOther(tx, by, username)
      await endTokens(tx, await tokenEnds.revokeOpen(tx, target.id, 'enrollment', now), target, now)
      if (target.passwordHash === null) {
        await removeDevices(tx, await devices.lockOf(tx, target.id), 'password_set', now)
        await secondFactors.demand(tx, target.id)
      }
      await changePassword(tx, asActor(by), target.id, passwordHash, now)
      // A first password changes nothing that they know.
      if (target.passwordHash !== null) await tellPasswordChanged(tx, this.sealer, target, now)
      const object = { kind: 'user', id: target.id, name: target.username } as const
      await audit(tx, now, asActor(by), 'auth.password_changed', object)
      return viewOf(tx, target.id, now)
    })
  }

  /**
   * Changes one's own password; the session of the call goes on. Once more, after a lost answer, it
   * succeeds and changes nothing.
   * @throws DomainError `old_password_wrong`, `password_…`, `not_logged_in`, `rate_limited`, `busy`
   */
  async change(person: InSession, oldPassword: string, newPassword: string): Promise<void> {
    const { userId, username, caller } = person
    const attempt = await this.ladder.begin({ login: username, userId, caller })
    try {
      await this.changeOnce(person, oldPassword, newPassword)
    } catch (err) {
      // Whoever found a login open may not find out its password either.
      const isWrong = err instanceof DomainError && err.reason === 'old_password_wrong'
      if (isWrong) await this.refuse(person, attempt, err)
      else if (err instanceof DomainError) await this.ladder.giveBack(attempt)
      throw err
    }
    await this.ladder.giveBack(attempt)
  }

  private async refuse(person: InSession, attempt: Attempt, { reason }: DomainError) {
    const actor = asPerson(person)
    await this.ladder.fail(attempt, actor)
    const more = { refusal: reason }
    await audit(this.db, this.clock(), actor, 'auth.password_changed', selfOf(person), more)
  }

  private async changeOnce(
    person: InSession,
    oldPassword: string,
    newPassword: string,
  ): Promise<void> {
    const user = await users.get(this.db, person.userId)
    if (!(await this.hasher.verify(oldPassword, user.passwordHash))) {
      if (await this.hasher.verify(newPassword, user.passwordHash)) return
      throw new DomainError('old_password_wrong')
    }
    const passwordHash = await this.hash(newPassword, user)
    const isDone = await inTransaction(this.db, async (tx) => {
      const now = this.clock()
      const held = await lockInSession(tx, person)
      if (held.passwordHash !== user.passwordHash) return false
      const actor = asPerson(person)
      await changePassword(tx, actor, held.id, passwordHash, now, person.sessionId)
      await tellPasswordChanged(tx, this.sealer, held, now)
      await audit(tx, now, actor, 'auth.password_changed', selfOf(person))
      return true
    })
    // Changed or hashed anew meanwhile: the password of now decides.
    if (!isDone) await this.changeOnce(person, oldPassword, newPassword)
  }

  private async hash(password: string, owner: PasswordOwner): Promise<string> {
    const settings = await settingsRow.get(this.db)
    const policy = { minLength: settings.passwordMinLength, instanceName: settings.instanceName }
    assertPassword(password, owner, policy)
    return this.hasher.hash(password)
  }
}

async function lockOther(tx: Tx, by: UserAdmin, username: string): Promise<Target> {
  const target = await lockTarget(tx, by, username)
  assertOther(by, target, 'username', 'change your own password with the old one')
  return target
}
