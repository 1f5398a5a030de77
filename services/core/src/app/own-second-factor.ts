import * as adminSessions from '../db/admin-sessions.js'
import { type Db, inTransaction, type Tx } from '../db/database.js'
import * as recoveryCodes from '../db/recovery-codes.js'
import type { User } from '../db/schema.js'
import * as secondFactors from '../db/second-factors.js'
import * as settingsRow from '../db/settings.js'
import * as users from '../db/users.js'
import type { Clock } from '../domain/clock.js'
import { DomainError } from '../domain/errors.js'
import { type CodeHasher, newRecoveryCodes, parseSixDigits } from '../domain/mfa.js'
import type { Sealer } from '../domain/sealing.js'
import { keyUri, newTotpSecret, stepOfCode } from '../domain/totp.js'
import { asPerson, audit } from './audit.js'
import type { InSession } from './caller.js'
import { adminSetupIdentity, recoveryIdentity, totpIdentity } from './mfa-codes.js'
import { tellMfaEnabled } from './mfa-mails.js'
import type { PasswordHasher } from './password-hasher.js'
import type { SecondFactor } from './second-factor.js'
import { lockInSession, type Target } from './targets.js'

/** The second factor of somebody who is logged in: a session alone, which may be left open, changes none. */
export class OwnSecondFactor {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly sealer: Sealer,
    private readonly codeHasher: CodeHasher,
    private readonly passwordHasher: PasswordHasher,
    private readonly secondFactor: SecondFactor,
  ) {}

  /**
   * Begins with an authenticator app, in place of one begun before in this session. The account goes on
   * with what it has until a code of the new app proves that.
   * @param code of the factor that the account has, if it has one
   * @throws DomainError `password_wrong`, `mfa_code_required`, `login_code_wrong`, `not_logged_in`
   */
  async setUpTotp(
    person: InSession,
    { password, code }: { password: string; code: string },
  ): Promise<{ secret: string; uri: string }> {
    const now = this.clock()
    const user = await users.get(this.db, person.userId)
    await this.assertPassword(person, user, password, now)
    const takeCode = await this.secondFactor.check(user, code, now)
    const secret = newTotpSecret()
    const sealed = this.sealer.seal(secret, adminSetupIdentity(person.sessionId))
    return inTransaction(this.db, async (tx) => {
      const held = await lockInSession(tx, person)
      if (held.passwordHash !== user.passwordHash) throw new DomainError('password_wrong')
      if (takeCode && !(await takeCode(tx))) throw new DomainError('login_code_wrong')
      await adminSessions.beginTotp(tx, person.sessionId, sealed)
      const { instanceName } = await settingsRow.get(tx)
      return { secret, uri: keyUri(secret, instanceName, user.username) }
    })
  }

  /**
   * Proves the app with a code, which makes it the account's. Each code counts once.
   * @returns recovery codes, which replace earlier ones and are never shown again
   * @throws DomainError `mfa_totp_code`, `not_logged_in`
   */
  async finishTotp(person: InSession, text: string): Promise<string[]> {
    const now = this.clock()
    const wrong = new DomainError('mfa_totp_code')
    const code = parseSixDigits(text)
    if (code === undefined) throw wrong
    const sealed = await adminSessions.countTotpAttempt(this.db, person.sessionId)
    if (!sealed) throw wrong
    const secret = this.sealer.open(sealed, adminSetupIdentity(person.sessionId))
    const step = stepOfCode(secret, code, now)
    if (step === undefined) throw wrong
    return inTransaction(this.db, async (tx) => {
      const user = await lockInSession(tx, person)
      if (!(await adminSessions.endTotp(tx, person.sessionId, sealed))) throw wrong
      await secondFactors.set(tx, user.id, {
        totpSecretSealed: this.sealer.seal(secret, totpIdentity(user.id)),
        totpLastStep: step,
        mfaEmail: user.mfaEmail,
      })
      await secondFactors.forgetAttempts(tx, user.id)
      await adminSessions.endOfUser(tx, user.id, now, person.sessionId)
      await tellMfaEnabled(tx, this.sealer, user, ['totp'], null, now)
      await this.record(tx, person, 'auth.mfa_enabled', now, { methods: ['totp'] })
      return this.newCodes(tx, user)
    })
  }

  /**
   * Puts fresh recovery codes in the place of those there are.
   * @throws DomainError `mfa_not_set_up`, `mfa_code_required`, `login_code_wrong`, `not_logged_in`
   */
  async replaceRecoveryCodes(person: InSession, code: string): Promise<string[]> {
    const now = this.clock()
    const takeCode = await this.secondFactor.check(
      await users.get(this.db, person.userId),
      code,
      now,
    )
    if (!takeCode) throw new DomainError('mfa_not_set_up')
    return inTransaction(this.db, async (tx) => {
      const user = await lockInSession(tx, person)
      if (!(await takeCode(tx))) throw new DomainError('login_code_wrong')
      await this.record(tx, person, 'auth.recovery_codes_replaced', now)
      return this.newCodes(tx, user)
    })
  }

  /** An attempt is counted before the password is compared, and the fifth wrong one ends the session. */
  private async assertPassword(
    person: InSession,
    user: User,
    password: string,
    now: Date,
  ): Promise<void> {
    if (!(await adminSessions.countPassword(this.db, person.sessionId)))
      throw new DomainError('not_logged_in')
    if (await this.passwordHasher.verify(password, user.passwordHash)) {
      return adminSessions.forgetPasswords(this.db, person.sessionId)
    }
    await adminSessions.endGuessing(this.db, person.sessionId, now)
    const refusal = 'password_wrong'
    await audit(this.db, now, asPerson(person), 'auth.mfa_enabled', undefined, { refusal })
    throw new DomainError(refusal)
  }

  private async newCodes(tx: Tx, user: Target): Promise<string[]> {
    const codes = newRecoveryCodes()
    const owner = recoveryIdentity(user.id)
    await recoveryCodes.replaceOfUser(
      tx,
      user.id,
      codes.map((one) => this.codeHasher.hash(one, owner)),
    )
    return codes
  }

  private async record(
    tx: Tx,
    person: InSession,
    action: string,
    now: Date,
    details: Record<string, unknown> = {},
  ): Promise<void> {
    const object = { kind: 'user', id: person.userId, name: person.username } as const
    await audit(tx, now, asPerson(person), action, object, { details })
  }
}
