import { type Db, inTransaction, type Tx } from '../db/database.js'
import * as loginCodes from '../db/login-codes.js'
import * as recoveryCodes from '../db/recovery-codes.js'
import type { User } from '../db/schema.js'
import * as secondFactors from '../db/second-factors.js'
import * as settingsRow from '../db/settings.js'
import { after } from '../domain/clock.js'
import { DomainError } from '../domain/errors.js'
import { type CodeHasher, newEmailCode, parseRecoveryCode, parseSixDigits } from '../domain/mfa.js'
import type { Sealer } from '../domain/sealing.js'
import { stepOfCode } from '../domain/totp.js'
import { mfaCodeMail } from '../mail/messages.js'
import { whomToTell } from './contacts.js'
import { languageOf } from './instance-settings.js'
import { recoveryIdentity, type TakeCode, totpIdentity } from './mfa-codes.js'
import { enqueue } from './outbox.js'

/** What a mailed code is hashed with. */
function loginIdentity(userId: number): string {
  return `login:${userId}`
}

/** The code that an account with a second factor needs beside the password. */
export class SecondFactor {
  constructor(
    private readonly db: Db,
    private readonly sealer: Sealer,
    private readonly hasher: CodeHasher,
    private readonly codeTimeoutMs: number,
  ) {}

  /**
   * Judges the code of somebody whose password was right; undefined when the account needs none.
   * @returns how the login's transaction takes the code
   * @throws DomainError `mfa_code_required`, `login_code_wrong`
   */
  async check(user: User, text: string, now: Date): Promise<TakeCode | undefined> {
    if (user.totpSecretSealed === null && !user.mfaEmail) return undefined
    if (text.trim() === '') throw await this.ask(user, now)
    const takeCode = await this.find(user, text, now)
    if (!takeCode) throw new DomainError('login_code_wrong')
    return async (tx) => {
      if (!(await takeCode(tx))) return false
      await secondFactors.forgetAttempts(tx, user.id)
      return true
    }
  }

  /** Mails a code where that is a factor, and says which codes will do. */
  private async ask(user: User, now: Date): Promise<DomainError> {
    if (user.mfaEmail) await inTransaction(this.db, (tx) => this.mailCode(tx, user, now))
    const codes = [
      ...(user.totpSecretSealed === null ? [] : ['a code of your authenticator app']),
      ...(user.mfaEmail ? ['the code that was mailed to you'] : []),
    ]
    const message = `this account has a second factor: enter ${codes.join(' or ')}, or a recovery code`
    return new DomainError('mfa_code_required', message)
  }

  private async mailCode(tx: Tx, user: User, now: Date): Promise<void> {
    const code = newEmailCode()
    const expiresAt = after(now, this.codeTimeoutMs)
    const codeHash = this.hasher.hash(code, loginIdentity(user.id))
    if (!(await loginCodes.offer(tx, user.id, { codeHash, expiresAt, sentAt: now }))) return
    const settings = await settingsRow.get(tx)
    const mail = mfaCodeMail(user.email, languageOf(user, settings), {
      instanceName: settings.instanceName,
      code,
      validMs: this.codeTimeoutMs,
      tell: await whomToTell(tx, null, settings),
    })
    await enqueue(tx, this.sealer, mail, now, { expiresAt })
  }

  /** Counts an attempt, then compares. While the account pauses after wrong codes, none is right. */
  private async find(user: User, text: string, now: Date): Promise<TakeCode | undefined> {
    const digits = parseSixDigits(text)
    const recovery = parseRecoveryCode(text)
    if (digits === undefined && recovery === undefined) return undefined
    if (!(await secondFactors.countAttempt(this.db, user.id, now))) return undefined
    if (recovery !== undefined) {
      const hashes = this.hasher.candidates(recovery, recoveryIdentity(user.id))
      return (tx) => recoveryCodes.use(tx, user.id, hashes, now)
    }
    if (digits === undefined) return undefined
    return this.findTotp(user, digits, now) ?? (await this.findMailed(user, digits, now))
  }

  private findTotp(user: User, code: string, now: Date): TakeCode | undefined {
    const sealed = user.totpSecretSealed
    if (!sealed) return undefined
    const step = stepOfCode(this.sealer.open(sealed, totpIdentity(user.id)), code, now)
    if (step === undefined) return undefined
    return (tx) => secondFactors.takeTotpStep(tx, user.id, sealed, step)
  }

  private async findMailed(user: User, code: string, now: Date): Promise<TakeCode | undefined> {
    const stored = user.mfaEmail ? await loginCodes.find(this.db, user.id, now) : undefined
    if (!stored || !this.hasher.matches(code, loginIdentity(user.id), stored)) return undefined
    return (tx) => loginCodes.take(tx, user.id, stored)
  }
}
