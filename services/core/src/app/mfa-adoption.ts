import type { Db, Tx } from '../db/database.js'
import type { SessionContext } from '../db/enrollment-sessions.js'
import * as mfaSetups from '../db/mfa-setups.js'
import * as recoveryCodes from '../db/recovery-codes.js'
import type { MfaSetup, Settings, User } from '../db/schema.js'
import * as secondFactors from '../db/second-factors.js'
import { DomainError } from '../domain/errors.js'
import type { MfaMethod } from '../domain/mfa.js'
import type { Sealer } from '../domain/sealing.js'
import { audit } from './audit.js'
import type { Caller } from './caller.js'
import { setupIdentity, totpIdentity } from './mfa-codes.js'
import { tellMfaEnabled } from './mfa-mails.js'

/** Makes second factors that a session has set up those of the account which it activates. */
export class MfaAdoption {
  constructor(private readonly sealer: Sealer) {}

  /**
   * Stops a person who left a demanded set-up. One who never began is let through: their client may
   * not know the step.
   * @throws DomainError `mfa_missing`
   */
  async assertNotLeft(db: Db, sessionId: number, settings: Settings): Promise<void> {
    if (!settings.enrollmentMfaRequired) return
    const setup = await mfaSetups.find(db, sessionId)
    if (setup && methodsOf(setup).length === 0) throw new DomainError('mfa_missing')
  }

  /**
   * Adopts what this session has finished and forgets all that others began: a thief with a stolen
   * link can set up a factor, but only in a session of their own.
   */
  async adopt(
    tx: Tx,
    user: User,
    session: Pick<SessionContext, 'sessionId' | 'issuedBy'>,
    caller: Caller,
    now: Date,
  ): Promise<void> {
    const setup = await mfaSetups.find(tx, session.sessionId)
    const methods = setup ? methodsOf(setup) : []
    if (setup && methods.length > 0) {
      await secondFactors.set(tx, user.id, this.factorsOf(setup, user.id))
      await recoveryCodes.adopt(tx, session.sessionId, user.id)
      await tellMfaEnabled(tx, this.sealer, user, methods, session.issuedBy, now)
      const actor = { kind: 'person', id: user.id, name: user.username, caller } as const
      const object = { kind: 'user', id: user.id, name: user.username } as const
      await audit(tx, now, actor, 'enrollment.mfa_enabled', object, { details: { methods } })
    }
    await mfaSetups.deleteOfUser(tx, user.id)
  }

  private factorsOf(setup: MfaSetup, userId: number): secondFactors.SecondFactors {
    const sealed = setup.confirmedTotpSecretSealed
    const identity = setupIdentity(setup.enrollmentSessionId)
    return {
      totpSecretSealed:
        sealed && this.sealer.seal(this.sealer.open(sealed, identity), totpIdentity(userId)),
      totpLastStep: setup.confirmedTotpStep,
      mfaEmail: setup.emailConfirmedAt !== null,
    }
  }
}

/** The methods that a set-up has proved. */
export function methodsOf(setup: MfaSetup): MfaMethod[] {
  return [
    ...(setup.confirmedTotpSecretSealed === null ? [] : (['totp'] as const)),
    ...(setup.emailConfirmedAt === null ? [] : (['email'] as const)),
  ]
}
