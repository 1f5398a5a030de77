import { lockAccess, lockAdmins } from '../db/advisory-locks.js'
import { type Db, inTransaction, type Tx } from '../db/database.js'
import * as devices from '../db/devices.js'
import * as groups from '../db/groups.js'
import type { Group } from '../db/schema.js'
import * as users from '../db/users.js'
import type { Clock } from '../domain/clock.js'
import { assertNoViolations, type Violation } from '../domain/errors.js'
import {
  isWeaker,
  type ProfileInput,
  parseProfile,
  strongestOf,
  type UserProfile,
} from '../domain/user.js'
import { syncAccess } from './access-sync.js'
import { asActor, audit } from './audit.js'
import type { UserAdmin } from './caller.js'
import { findGroups } from './groups.js'
import { revokeIssuedTokens } from './issued-tokens.js'
import { assertAdminRemains } from './last-admin.js'
import { endLoginsOfChanged, rightsOf } from './role-changes.js'
import { assertMayActOnGroups, assertOther, lockTarget, type Target } from './targets.js'
import type { TokenView } from './token-views.js'
import type { ChangedUser } from './user-life.js'
import { disable, enable } from './user-status.js'
import { viewOf } from './user-views.js'

export interface UserChange extends ProfileInput {
  readonly groups: readonly string[]
  readonly isActive: boolean
}

export type UserField = keyof UserChange

const PROFILE_FIELDS: Readonly<Record<keyof UserProfile, string>> = {
  username: 'username',
  email: 'email',
  firstName: 'first_name',
  lastName: 'last_name',
  phone: 'phone',
  language: 'language',
}

/** Changing people: profile, groups and status together, or nothing. */
export class UserChanges {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
  ) {}

  /**
   * Changes the named fields and leaves the rest.
   * @throws DomainError `not_found`, `not_allowed`, `invalid_argument` with every problem,
   * `already_exists`, `last_admin`, `location_full`
   */
  async update(
    by: UserAdmin,
    username: string,
    change: UserChange,
    named: readonly UserField[],
  ): Promise<ChangedUser> {
    const fields = new Set(named)
    return inTransaction(this.db, async (tx) => {
      const now = this.clock()
      if (fields.has('groups')) await lockAccess(tx)
      if (fields.has('groups') || fields.has('isActive')) await lockAdmins(tx)
      const target = await lockTarget(tx, by, username)
      const violations: Violation[] = []
      const profile = changedProfile(target, change, fields, violations)
      const memberOf = fields.has('groups')
        ? await findGroups(tx, change.groups, 'groups', violations)
        : undefined
      assertNoViolations(violations)
      if (profile) await users.setProfile(tx, target.id, profile, now)
      await audit(
        tx,
        now,
        asActor(by),
        'user.updated',
        { kind: 'user', id: target.id, name: target.username },
        {
          details: { fields: named, ...(memberOf && { groups: memberOf.map(({ name }) => name) }) },
        },
      )
      const revoked = memberOf ? await this.regroup(tx, by, target, memberOf, now) : []
      if (fields.has('isActive') && change.isActive) await enable(tx, by, target, now)
      if (fields.has('isActive') && !change.isActive)
        revoked.push(...(await disable(tx, by, target, now)))
      if (fields.has('groups') || fields.has('isActive')) await assertAdminRemains(tx)
      return { user: await viewOf(tx, target.id, now), revoked }
    })
  }

  /** Their devices follow. Whoever loses a right to issue loses what they have issued. */
  private async regroup(
    tx: Tx,
    by: UserAdmin,
    target: Target,
    memberOf: readonly Group[],
    now: Date,
  ): Promise<TokenView[]> {
    assertMayActOnGroups(by, memberOf)
    const isDemoted = isWeaker(strongestOf(memberOf.map(({ role }) => role)), target.role)
    if (isDemoted) assertOther(by, target, 'groups', 'nobody takes their own role away')
    const groupIds = memberOf.map(({ id }) => id)
    const before = await rightsOf(tx, [target.id])
    await groups.setMemberships(tx, target.id, groupIds)
    await endLoginsOfChanged(tx, asActor(by), before, now)
    const revoked = isDemoted ? await revokeIssuedTokens(tx, by, target.id, now) : []
    await devices.hold(tx, [target.id])
    await syncAccess(tx, { userIds: [target.id] })
    return revoked
  }
}

/** The profile with the named fields changed; undefined when none is among them. */
function changedProfile(
  target: Target,
  change: UserChange,
  fields: ReadonlySet<UserField>,
  violations: Violation[],
): UserProfile | undefined {
  const names = (Object.keys(PROFILE_FIELDS) as (keyof UserProfile)[]).filter((name) =>
    fields.has(name),
  )
  if (names.length === 0) return undefined
  const found: Violation[] = []
  const parsed = parseProfile(change, found)
  const paths = names.map((name) => PROFILE_FIELDS[name])
  violations.push(...found.filter(({ field }) => paths.includes(field)))
  const changed = Object.fromEntries(names.map((name) => [name, parsed[name]]))
  const { username, email, firstName, lastName, phone, language } = target
  return { username, email, firstName, lastName, phone, language, ...changed } as UserProfile
}
