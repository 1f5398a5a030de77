import { lockAccess, lockAdmins } from '../db/advisory-locks.js'
import { type Db, inTransaction } from '../db/database.js'
import * as devices from '../db/devices.js'
import * as tokenEnds from '../db/enrollment-token-ends.js'
import * as users from '../db/users.js'
import type { Clock } from '../domain/clock.js'
import { asActor, audit } from './audit.js'
import type { UserAdmin } from './caller.js'
import { removeDevices } from './device-removal.js'
import { revokeIssuedTokens, takeOverIssuedTokens } from './issued-tokens.js'
import { assertAdminRemains } from './last-admin.js'
import { assertOther, lockTarget } from './targets.js'
import type { TokenView } from './token-views.js'
import { disable, enable } from './user-status.js'
import { type UserView, viewOf } from './user-views.js'

/** A person and what they had issued to others, which is revoked now. */
export interface ChangedUser {
  readonly user: UserView
  readonly revoked: readonly TokenView[]
}

/** Disabling, enabling and deleting people. */
export class UserLife {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError `not_found`, `not_allowed`, `invalid_argument`, `last_admin` */
  async disable(by: UserAdmin, username: string): Promise<ChangedUser> {
    return inTransaction(this.db, async (tx) => {
      const now = this.clock()
      await lockAdmins(tx)
      const target = await lockTarget(tx, by, username)
      const revoked = await disable(tx, by, target, now)
      await assertAdminRemains(tx)
      return { user: await viewOf(tx, target.id, now), revoked }
    })
  }

  /** @throws DomainError `not_found`, `not_allowed` */
  async enable(by: UserAdmin, username: string): Promise<UserView> {
    return inTransaction(this.db, async (tx) => {
      const now = this.clock()
      const target = await lockTarget(tx, by, username)
      await enable(tx, by, target, now)
      return viewOf(tx, target.id, now)
    })
  }

  /**
   * Removes a person with all that is theirs. What they issued to others is revoked, or passes to
   * whoever deletes them; network devices are nobody's and stay.
   * @throws DomainError `not_found`, `not_allowed`, `invalid_argument`, `last_admin`
   */
  async delete(
    by: UserAdmin,
    username: string,
    issuedTokens: 'revoke' | 'take_over',
  ): Promise<{ revoked: readonly TokenView[]; takenOver: readonly TokenView[] }> {
    return inTransaction(this.db, async (tx) => {
      const now = this.clock()
      await lockAccess(tx)
      await lockAdmins(tx)
      const target = await lockTarget(tx, by, username)
      assertOther(by, target, 'username', 'nobody deletes themselves')
      const isRevoked = issuedTokens === 'revoke'
      const revoked = isRevoked ? await revokeIssuedTokens(tx, by, target.id, now) : []
      const takenOver = isRevoked ? [] : await takeOverIssuedTokens(tx, by, target.id, now)
      await tokenEnds.moveDeviceTokens(tx, target.id, by.userId)
      await removeDevices(tx, await devices.lockOf(tx, target.id), 'user_deleted', now)
      await users.remove(tx, target.id)
      await assertAdminRemains(tx)
      const object = { kind: 'user', id: target.id, name: target.username } as const
      const details = {
        revoked_tokens: revoked.length,
        taken_over_tokens: takenOver.map(({ id }) => id),
      }
      await audit(tx, now, asActor(by), 'user.deleted', object, { details })
      return { revoked, takenOver }
    })
  }
}
