import { type Db, inTransaction, type Tx } from '../db/database.js'
import * as deviceLocations from '../db/device-locations.js'
import * as devices from '../db/devices.js'
import * as enrollmentSessions from '../db/enrollment-sessions.js'
import * as tokenEnds from '../db/enrollment-token-ends.js'
import * as enrollmentTokens from '../db/enrollment-tokens.js'
import * as locations from '../db/locations.js'
import * as mailEnds from '../db/mail-ends.js'
import * as secondFactors from '../db/second-factors.js'
import * as settingsRow from '../db/settings.js'
import * as users from '../db/users.js'
import type { Clock } from '../domain/clock.js'
import { DomainError } from '../domain/errors.js'
import { assertPassword } from '../domain/password.js'
import { parseNewPhone } from '../domain/user.js'
import type { ActivationMails } from './activation-mails.js'
import { audit, tokenOf } from './audit.js'
import type { CallLimits } from './call-limits.js'
import type { Caller } from './caller.js'
import { removeDevices } from './device-removal.js'
import type { MfaAdoption } from './mfa-adoption.js'
import { followPageLanguage } from './page-language.js'
import type { PasswordHasher } from './password-hasher.js'
import { admit, type LiveSession, sessionHash } from './session-gate.js'

export interface ActivationRequest {
  readonly sessionSecret: string
  readonly password: string
  readonly phone: string | undefined
}

/** Setting a person's first password: exactly once per account, however many calls race. */
export class Activation {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly hasher: PasswordHasher,
    private readonly mails: ActivationMails,
    private readonly mfa: MfaAdoption,
    private readonly limits: CallLimits,
  ) {}

  /**
   * A repeat by the session that activated, with the same password, succeeds and changes nothing.
   * @throws DomainError of the session, `already_enrolled`, `invalid_phone`, `password_…`,
   * `mfa_missing`, `rate_limited`
   */
  async activate(request: ActivationRequest, caller: Caller): Promise<void> {
    const hash = sessionHash(request.sessionSecret)
    const session = admit(
      await enrollmentSessions.find(this.db, hash),
      this.clock(),
      'activate_user_disabled',
    )
    await this.limits.count('sessionAttempts', hash, this.clock())
    try {
      if (session.passwordHash !== null || session.kind !== 'enrollment') {
        return await this.assertRepeated(session, request.password)
      }
      const phone = parseNewPhone(request.phone)
      const settings = await settingsRow.get(this.db)
      const policy = { minLength: settings.passwordMinLength, instanceName: settings.instanceName }
      assertPassword(request.password, session, policy)
      await this.mfa.assertNotLeft(this.db, session.sessionId, settings)
      const passwordHash = await this.hasher.hash(request.password)
      const now = this.clock()
      const isDone = await inTransaction(this.db, (tx) =>
        this.activateIn(tx, session, { passwordHash, phone, now }, caller),
      )
      // Another call was first: what it left decides the answer.
      if (!isDone) await this.assertRepeated(await this.reread(hash), request.password)
    } catch (err) {
      if (err instanceof DomainError) await this.auditRefusal(session, err, caller)
      throw err
    }
  }

  /** All of the activation, or false and nothing where somebody else was first. */
  private async activateIn(
    tx: Tx,
    session: LiveSession,
    change: { passwordHash: string; phone: string | undefined; now: Date },
    caller: Caller,
  ): Promise<boolean> {
    const { now } = change
    const person = await users.lock(tx, session.userId)
    if (!person?.isActive || person.passwordHash !== null) return false
    if (!(await enrollmentTokens.consume(tx, session.tokenId, now))) return false
    await followPageLanguage(tx, session.userId, caller)
    const user = await users.activate(tx, session.userId, change)
    if (!user) throw new Error('The activation guard failed on a locked row.')
    await enrollmentSessions.markActivated(tx, session.sessionId, now)
    const replaced = await tokenEnds.revokeOpen(tx, user.id, 'enrollment', now)
    await enrollmentSessions.endOfTokens(tx, replaced, now)
    await mailEnds.giveUpOfTokens(tx, replaced, 'the person has enrolled')
    // Locked, so that none gets into another location behind this.
    const all = await devices.lockOf(tx, user.id)
    // Devices made under an earlier link may be a thief's: only those of this token stay.
    const others = await devices.lockOfOtherTokens(tx, user.id, session.tokenId)
    await removeDevices(tx, others, 'made_under_another_link', now)
    const kept = all.filter((id) => !others.includes(id))
    await locations.bump(tx, await deviceLocations.locationIdsOf(tx, kept))
    await secondFactors.demand(tx, user.id)
    await this.mfa.adopt(tx, user, session, caller, now)
    await this.mails.enqueue(tx, user, session, kept.length, now)
    const actor = { kind: 'person', id: user.id, name: user.username, caller } as const
    await audit(tx, now, actor, 'enrollment.activated', tokenOf(session))
    return true
  }

  private async reread(hash: ReturnType<typeof sessionHash>): Promise<LiveSession> {
    return admit(
      await enrollmentSessions.find(this.db, hash),
      this.clock(),
      'activate_user_disabled',
    )
  }

  private async assertRepeated(session: LiveSession, password: string): Promise<void> {
    const isWinner = session.sessionActivatedAt !== null
    if (isWinner && (await this.hasher.verify(password, session.passwordHash))) return
    throw new DomainError('already_enrolled')
  }

  private async auditRefusal(
    session: LiveSession,
    err: DomainError,
    caller: Caller,
  ): Promise<void> {
    const actor = { kind: 'person', id: session.userId, name: session.username, caller } as const
    const action = 'enrollment.activation_refused'
    await audit(this.db, this.clock(), actor, action, tokenOf(session), { refusal: err.reason })
  }
}
