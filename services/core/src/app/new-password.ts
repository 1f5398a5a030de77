import { type Db, inTransaction, type Tx } from '../db/database.js'
import * as passwordResetSessions from '../db/password-reset-sessions.js'
import * as passwordResetTokens from '../db/password-reset-tokens.js'
import * as settingsRow from '../db/settings.js'
import * as users from '../db/users.js'
import type { Clock } from '../domain/clock.js'
import { DomainError } from '../domain/errors.js'
import { assertPassword } from '../domain/password.js'
import type { Sealer } from '../domain/sealing.js'
import type { SecretHash } from '../domain/secret.js'
import { audit } from './audit.js'
import type { CallLimits } from './call-limits.js'
import type { Caller } from './caller.js'
import { changePassword, tellPasswordChanged } from './password-change.js'
import type { PasswordHasher } from './password-hasher.js'
import { admit, sessionHash } from './session-gate.js'

type ResetSession = passwordResetSessions.ResetSessionContext

/** Setting another password with a reset link: once per link, however many calls race. */
export class NewPassword {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly hasher: PasswordHasher,
    private readonly sealer: Sealer,
    private readonly limits: CallLimits,
  ) {}

  /**
   * A repeat by the session that set it, with the same password, succeeds and changes nothing.
   * @throws DomainError of the session, `reset_user_disabled`, `password_…`, `rate_limited`
   */
  async set(sessionSecret: string, password: string, caller: Caller): Promise<void> {
    const hash = sessionHash(sessionSecret, 'passwordResetSession')
    const session = await this.find(hash)
    await this.limits.count('sessionAttempts', hash, this.clock())
    try {
      if (session.consumedAt) return await this.assertRepeated(session, password)
      const settings = await settingsRow.get(this.db)
      const policy = { minLength: settings.passwordMinLength, instanceName: settings.instanceName }
      assertPassword(password, session, policy)
      const passwordHash = await this.hasher.hash(password)
      const isDone = await inTransaction(this.db, (tx) =>
        this.setIn(tx, session, passwordHash, this.clock(), caller),
      )
      // Something came first: what it left decides the answer.
      if (!isDone) await this.assertRepeated(await this.find(hash), password)
    } catch (err) {
      if (err instanceof DomainError) await this.auditRefusal(session, err, caller)
      throw err
    }
  }

  private async find(hash: SecretHash) {
    const context = await passwordResetSessions.find(this.db, hash)
    return admit(context, this.clock(), 'reset_user_disabled')
  }

  /** All of the change, or false and nothing where something else was first. */
  private async setIn(
    tx: Tx,
    session: ResetSession,
    passwordHash: string,
    now: Date,
    caller: Caller,
  ): Promise<boolean> {
    const user = await users.lock(tx, session.userId)
    if (!user?.isActive || user.passwordHash === null) return false
    if (!(await passwordResetTokens.consume(tx, session.tokenId, now))) return false
    if (!(await passwordResetSessions.markReset(tx, session.sessionId, now)))
      throw new DomainError('session_over')
    const actor = { kind: 'person', id: user.id, name: user.username, caller } as const
    await changePassword(tx, actor, user.id, passwordHash, now)
    await tellPasswordChanged(tx, this.sealer, user, now)
    await audit(tx, now, actor, 'password_reset.completed', resetTokenOf(session))
    return true
  }

  private async assertRepeated(session: ResetSession, password: string): Promise<void> {
    const isWinner = session.resetAt !== null
    if (isWinner && (await this.hasher.verify(password, session.passwordHash))) return
    throw new DomainError('session_over')
  }

  private async auditRefusal(
    session: ResetSession,
    err: DomainError,
    caller: Caller,
  ): Promise<void> {
    const actor = { kind: 'person', id: session.userId, name: session.username, caller } as const
    const more = { refusal: err.reason }
    await audit(this.db, this.clock(), actor, 'password_reset.refused', resetTokenOf(session), more)
  }
}

function resetTokenOf({ tokenId, username }: ResetSession) {
  return { kind: 'password_reset_token', id: tokenId, name: username } as const
}
