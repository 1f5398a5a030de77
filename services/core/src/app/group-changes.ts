import { lockAccess, lockAdmins } from '../db/advisory-locks.js'
import { type Db, inTransaction, type Tx } from '../db/database.js'
import * as devices from '../db/devices.js'
import type { GroupWithCount } from '../db/groups.js'
import * as groups from '../db/groups.js'
import * as locations from '../db/locations.js'
import type { Group } from '../db/schema.js'
import * as users from '../db/users.js'
import type { Clock } from '../domain/clock.js'
import { assertNoViolations, DomainError, type Violation } from '../domain/errors.js'
import type { Role } from '../domain/user.js'
import { syncAccess } from './access-sync.js'
import { asActor, audit } from './audit.js'
import type { UserAdmin } from './caller.js'
import { noSuchGroup, parseGroupName, parseRole } from './groups.js'
import { revokeIssuedTokens } from './issued-tokens.js'
import { assertAdminRemains } from './last-admin.js'
import { endLoginsOfChanged, rightsOf } from './role-changes.js'
import { assertMayActOnGroups, holdActor, lockTarget, type Target } from './targets.js'
import type { TokenView } from './token-views.js'

export type GroupField = 'name' | 'role'

/** A group, and the tokens that people had issued who may issue none any more: revoked now. */
export interface ChangedGroup {
  readonly group: GroupWithCount
  readonly revoked: readonly TokenView[]
}

/** Who may issue tokens to others. */
const ISSUERS: readonly Role[] = ['user_admin', 'admin']

/** Changes of groups and their members: what follows for devices follows in the same transaction. */
export class GroupChanges {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
  ) {}

  /**
   * Changes the named fields and leaves the rest.
   * @throws DomainError `not_found`, `not_allowed`, `invalid_argument`, `already_exists`, `own_rights`,
   * `last_admin`, `location_full`
   */
  async update(
    by: UserAdmin,
    request: { group: string; change: { name: string; role: string }; fields: GroupField[] },
  ): Promise<ChangedGroup> {
    const { fields } = request
    const violations: Violation[] = []
    const name = fields.includes('name')
      ? parseGroupName(request.change.name, violations)
      : undefined
    const role = fields.includes('role') ? parseRole(request.change.role, violations) : undefined
    assertNoViolations(violations)
    if (role !== undefined) assertMayActOnGroups(by, [{ role }])
    return inTransaction(this.db, async (tx) => {
      await lockAccess(tx)
      await lockAdmins(tx)
      await holdActor(tx, by)
      const group = await getLocked(tx, by, request.group)
      const changed = { ...changeOf('name', name, group), ...changeOf('role', role, group) }
      if (Object.keys(changed).length === 0) return unchanged(tx, group)
      const members = changed.role === undefined ? [] : await groups.memberIds(tx, group.id)
      const before = await rightsOf(tx, members)
      await groups.update(tx, group.id, changed)
      await this.record(tx, by, 'group.updated', group, { ...changed })
      if (changed.role === undefined) return unchanged(tx, group)
      const isAdmin = group.role === 'admin' || changed.role === 'admin'
      const revoked = await this.afterLoss(tx, by, group, members)
      await endLoginsOfChanged(tx, asActor(by), before, this.clock())
      if (isAdmin) await follow(tx, members)
      return { group: await groups.get(tx, group.id), revoked }
    })
  }

  /** @throws DomainError `not_found`, `not_allowed`, `last_allowed_group`, `own_rights`, `last_admin` */
  async delete(by: UserAdmin, name: string): Promise<readonly TokenView[]> {
    return inTransaction(this.db, async (tx) => {
      await lockAccess(tx)
      await lockAdmins(tx)
      await holdActor(tx, by)
      const group = await getLocked(tx, by, name)
      await assertOpensNothingAlone(tx, group)
      const members = await groups.memberIds(tx, group.id)
      // The others could do nothing with it.
      const before = await rightsOf(tx, group.role === 'none' ? [] : members)
      await locations.disallowEverywhere(tx, group.id)
      await groups.remove(tx, group.id)
      const revoked = await this.afterLoss(tx, by, group, members)
      await endLoginsOfChanged(tx, asActor(by), before, this.clock())
      await follow(tx, members)
      await this.record(tx, by, 'group.deleted', group, { members: members.length })
      return revoked
    })
  }

  /** No effect for a member. @throws DomainError `not_found`, `not_allowed`, `location_full` */
  async addMember(
    by: UserAdmin,
    request: { group: string; username: string },
  ): Promise<GroupWithCount> {
    return inTransaction(this.db, async (tx) => {
      await lockAccess(tx)
      const { person, group } = await getMembership(tx, by, request)
      const before = await rightsOf(tx, [person.id])
      if (await groups.insertMember(tx, person.id, group.id)) {
        await endLoginsOfChanged(tx, asActor(by), before, this.clock())
        await follow(tx, [person.id])
        await this.record(tx, by, 'group.member_added', group, { user: person.username })
      }
      return groups.get(tx, group.id)
    })
  }

  /**
   * No effect for somebody who is no member.
   * @throws DomainError `not_found`, `not_allowed`, `own_rights`, `last_admin`
   */
  async removeMember(
    by: UserAdmin,
    request: { group: string; username: string },
  ): Promise<ChangedGroup> {
    return inTransaction(this.db, async (tx) => {
      await lockAccess(tx)
      await lockAdmins(tx)
      const { person, group } = await getMembership(tx, by, request)
      const before = await rightsOf(tx, [person.id])
      if (!(await groups.removeMember(tx, person.id, group.id))) return unchanged(tx, group)
      const revoked = await this.afterLoss(tx, by, group, [person.id])
      await endLoginsOfChanged(tx, asActor(by), before, this.clock())
      await follow(tx, [person.id])
      await this.record(tx, by, 'group.member_removed', group, { user: person.username })
      return { group: await groups.get(tx, group.id), revoked }
    })
  }

  /**
   * What follows when people have lost the role of a group: somebody can still administer, and whoever
   * may issue nothing any more no longer stands for what they issued.
   */
  private async afterLoss(
    tx: Tx,
    by: UserAdmin,
    group: Group,
    userIds: readonly number[],
  ): Promise<TokenView[]> {
    if (group.role === 'admin') await assertNobodyMissing(tx, by)
    if (!ISSUERS.includes(group.role)) return []
    // A user admin may not issue all that an admin may.
    const enough: readonly Role[] = group.role === 'admin' ? ['admin'] : ISSUERS
    const former = await users.withoutRoles(tx, userIds, enough)
    await users.lockAll(tx, former)
    const revoked: TokenView[] = []
    for (const id of former) revoked.push(...(await revokeIssuedTokens(tx, by, id, this.clock())))
    return revoked
  }

  private async record(
    tx: Tx,
    by: UserAdmin,
    action: string,
    group: Group,
    details: Record<string, unknown>,
  ): Promise<void> {
    const object = { kind: 'group', id: group.id, name: group.name } as const
    await audit(tx, this.clock(), asActor(by), action, object, { details })
  }
}

async function getLocked(tx: Tx, by: UserAdmin, name: string): Promise<Group> {
  const group = await groups.lockByName(tx, name)
  if (!group) throw noSuchGroup(name)
  assertMayActOnGroups(by, [group])
  return group
}

async function getMembership(
  tx: Tx,
  by: UserAdmin,
  { group: name, username }: { group: string; username: string },
): Promise<{ person: Target; group: Group }> {
  const person = await lockTarget(tx, by, username)
  return { person, group: await getLocked(tx, by, name) }
}

/** `{ field: value }` where that is another value, for a record of what has changed. */
function changeOf<Field extends GroupField, Value extends Group[Field]>(
  field: Field,
  value: Value | undefined,
  group: Group,
): { [F in Field]?: Value } {
  return value === undefined || value === group[field]
    ? {}
    : ({ [field]: value } as { [F in Field]: Value })
}

/** Gives the devices of people what their people may use now. */
async function follow(tx: Tx, userIds: readonly number[]): Promise<void> {
  await devices.hold(tx, userIds)
  await syncAccess(tx, { userIds })
}

async function unchanged(tx: Tx, { id }: Group): Promise<ChangedGroup> {
  return { group: await groups.get(tx, id), revoked: [] }
}

/** After somebody has lost a group that administers. */
async function assertNobodyMissing(tx: Tx, by: UserAdmin): Promise<void> {
  const { groups: own } = await users.get(tx, by.userId)
  if (!own.some((group) => group.role === 'admin')) throw new DomainError('own_rights')
  await assertAdminRemains(tx)
}

/** Nothing opens a location by removal, and none is left without anybody who may use it. */
async function assertOpensNothingAlone(tx: Tx, group: Group): Promise<void> {
  const names = await locations.namesAllowingOnly(tx, group.id)
  if (names.length === 0) return
  throw new DomainError(
    'last_allowed_group',
    `${group.name} is the last group that may use ${names.join(', ')}: allow others first, or everybody`,
  )
}
