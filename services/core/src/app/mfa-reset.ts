import * as adminSessions from '../db/admin-sessions.js'
import { type Db, inTransaction } from '../db/database.js'
import * as loginCodes from '../db/login-codes.js'
import * as recoveryCodes from '../db/recovery-codes.js'
import * as secondFactors from '../db/second-factors.js'
import type { Clock } from '../domain/clock.js'
import { asActor, audit } from './audit.js'
import type { UserAdmin } from './caller.js'
import { assertOther, lockTarget } from './targets.js'
import { type UserView, viewOf } from './user-views.js'

const NO_FACTORS = { totpSecretSealed: null, totpLastStep: null, mfaEmail: false }

/** Second factors that an admin takes away from somebody who has lost theirs. */
export class MfaReset {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError `not_found`, `not_allowed`, `invalid_argument` */
  async reset(by: UserAdmin, username: string): Promise<UserView> {
    return inTransaction(this.db, async (tx) => {
      const now = this.clock()
      const target = await lockTarget(tx, by, username)
      // A session that was left open must not be enough to take the second factor off.
      assertOther(by, target, 'username', 'another administrator resets your second factors')
      await secondFactors.set(tx, target.id, NO_FACTORS)
      await secondFactors.forgetAttempts(tx, target.id)
      await recoveryCodes.deleteOfUser(tx, target.id)
      await loginCodes.deleteOfUser(tx, target.id)
      await adminSessions.endOfUser(tx, target.id, now)
      const object = { kind: 'user', id: target.id, name: target.username } as const
      await audit(tx, now, asActor(by), 'auth.mfa_reset', object)
      return viewOf(tx, target.id, now)
    })
  }
}
