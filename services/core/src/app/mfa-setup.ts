import { type Db, inTransaction, type Tx } from '../db/database.js'
import type { SessionContext } from '../db/enrollment-sessions.js'
import * as enrollmentSessions from '../db/enrollment-sessions.js'
import * as mfaSetups from '../db/mfa-setups.js'
import * as recoveryCodes from '../db/recovery-codes.js'
import * as settingsRow from '../db/settings.js'
import { after, type Clock } from '../domain/clock.js'
import { DomainError } from '../domain/errors.js'
import {
  type CodeHasher,
  type MfaMethod,
  newEmailCode,
  newRecoveryCodes,
  parseSixDigits,
} from '../domain/mfa.js'
import type { Sealer } from '../domain/sealing.js'
import { newTotpSecret, stepOfCode } from '../domain/totp.js'
import { mfaCodeMail } from '../mail/messages.js'
import type { CallLimits } from './call-limits.js'
import { whomToTell } from './contacts.js'
import { isSmtpConfigured, languageOf } from './instance-settings.js'
import { recoveryIdentity, setupIdentity, type TakeCode } from './mfa-codes.js'
import { enqueue } from './outbox.js'
import { admit, type LiveSession, sessionHash } from './session-gate.js'

/** Setting up a second factor. It stays the session's own until that session activates. */
export class MfaSetup {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly sealer: Sealer,
    private readonly hasher: CodeHasher,
    private readonly codeTimeoutMs: number,
    private readonly limits: CallLimits,
  ) {}

  /**
   * Begins with a method, or goes on with what was begun.
   * @returns the TOTP secret; undefined when a code goes out by mail
   * @throws DomainError of the session, `mfa_already_enrolled`, `mfa_method`, `rate_limited`
   */
  async start(sessionSecret: string, method: MfaMethod | undefined): Promise<string | undefined> {
    const hash = sessionHash(sessionSecret)
    const now = this.clock()
    await this.limits.countSession(hash, now)
    return inTransaction(this.db, async (tx) => {
      const session = admitPending(await enrollmentSessions.lock(tx, hash), now)
      if (method === 'totp') return this.offerTotp(tx, session.sessionId)
      await assertEmail(tx, method)
      await this.mailCode(tx, session, now)
      return undefined
    })
  }

  /**
   * Proves a method with a code. Each code counts once.
   * @returns recovery codes, which replace earlier ones and are never shown again
   * @throws DomainError of the session, `mfa_already_enrolled`, `mfa_method`, `mfa_…_code`,
   * `rate_limited`
   */
  async finish(
    sessionSecret: string,
    method: MfaMethod | undefined,
    text: string,
  ): Promise<string[]> {
    const hash = sessionHash(sessionSecret)
    const now = this.clock()
    const { sessionId, userId } = admitPending(await enrollmentSessions.find(this.db, hash), now)
    await this.limits.count('sessionAttempts', hash, now)
    if (method !== 'totp') await assertEmail(this.db, method)
    const wrong = new DomainError(method === 'totp' ? 'mfa_totp_code' : 'mfa_email_code')
    const code = parseSixDigits(text)
    if (code === undefined) throw wrong
    const takeCode =
      method === 'totp'
        ? await this.checkTotp(sessionId, code, now)
        : await this.checkEmailCode(sessionId, code, now)
    if (!takeCode) throw wrong
    return inTransaction(this.db, async (tx) => {
      // Activation may have come first, and it has taken all that was finished by then.
      admitPending(await enrollmentSessions.lock(tx, hash), now)
      if (!(await takeCode(tx))) throw wrong
      const codes = newRecoveryCodes()
      const hashes = codes.map((one) => this.hasher.hash(one, recoveryIdentity(userId)))
      await recoveryCodes.replaceOfSetup(tx, sessionId, hashes)
      return codes
    })
  }

  private async offerTotp(tx: Tx, sessionId: number): Promise<string> {
    const identity = setupIdentity(sessionId)
    const fresh = this.sealer.seal(newTotpSecret(), identity)
    return this.sealer.open(await mfaSetups.offerTotp(tx, sessionId, fresh), identity)
  }

  private async mailCode(tx: Tx, session: LiveSession, now: Date): Promise<void> {
    const code = newEmailCode()
    const expiresAt = after(now, this.codeTimeoutMs)
    const hash = this.hasher.hash(code, setupIdentity(session.sessionId))
    const isDue = await mfaSetups.offerEmailCode(tx, session.sessionId, {
      hash,
      expiresAt,
      sentAt: now,
    })
    if (!isDue) return
    const settings = await settingsRow.get(tx)
    const mail = mfaCodeMail(session.email, languageOf(session, settings), {
      instanceName: settings.instanceName,
      code,
      validMs: this.codeTimeoutMs,
      tell: await whomToTell(tx, session.issuedBy, settings),
    })
    await enqueue(tx, this.sealer, mail, now, { expiresAt })
  }

  private async checkTotp(
    sessionId: number,
    code: string,
    now: Date,
  ): Promise<TakeCode | undefined> {
    const setup = await mfaSetups.countTotpAttempt(this.db, sessionId)
    const sealed = setup?.totpSecretSealed
    if (!sealed) return undefined
    const step = stepOfCode(this.sealer.open(sealed, setupIdentity(sessionId)), code, now)
    if (step === undefined) return undefined
    return (tx) => mfaSetups.confirmTotp(tx, sessionId, sealed, step)
  }

  private async checkEmailCode(
    sessionId: number,
    code: string,
    now: Date,
  ): Promise<TakeCode | undefined> {
    const setup = await mfaSetups.countEmailAttempt(this.db, sessionId, now)
    const stored = setup?.emailCodeHash
    if (!stored || !this.hasher.matches(code, setupIdentity(sessionId), stored)) return undefined
    return (tx) => mfaSetups.confirmEmail(tx, sessionId, stored, now)
  }
}

/** The session of somebody who has no password yet; every other kind is of people who have one. */
function admitPending(context: SessionContext | undefined, now: Date): LiveSession {
  const session = admit(context, now, 'mfa_user_disabled')
  if (session.passwordHash === null && session.kind === 'enrollment') return session
  throw new DomainError('mfa_already_enrolled')
}

/** The other method there is, as long as mail can be sent. @throws DomainError `mfa_method` */
async function assertEmail(db: Db, method: MfaMethod | undefined): Promise<void> {
  const isSupported = method === 'email' && isSmtpConfigured(await settingsRow.get(db))
  if (!isSupported) throw new DomainError('mfa_method')
}
