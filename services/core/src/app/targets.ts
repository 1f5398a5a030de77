import type { Tx } from '../db/database.js'
import type { User } from '../db/schema.js'
import * as users from '../db/users.js'
import { DomainError } from '../domain/errors.js'
import { type Role, strongestOf } from '../domain/user.js'
import type { Admin, LoggedIn, UserAdmin } from './caller.js'

/** A person whose row is held, and on whom the caller may act: only this file makes one. */
export type Target = User & { readonly role: Role; readonly brand: 'Target' }

/**
 * The person with this username, to act on. Whoever is no full admin never gets at anybody who has a
 * role.
 * @throws DomainError `not_found`, `not_allowed`, and those of `holdActor`
 */
export async function lockTarget(tx: Tx, by: UserAdmin, username: string): Promise<Target> {
  await holdActor(tx, by)
  const user = await users.lockByUsername(tx, username)
  if (!user) throw new DomainError('not_found', `no user named "${username}"`)
  return toTarget(tx, by, user)
}

/** The same by id. */
export async function lockTargetById(tx: Tx, by: UserAdmin, id: number): Promise<Target> {
  await holdActor(tx, by)
  const user = await users.lock(tx, id)
  if (!user) throw new DomainError('not_found', 'the person of this token is gone')
  return toTarget(tx, by, user)
}

/** Somebody who is logged in, to act on themselves, whatever their role. */
export async function lockSelf(tx: Tx, self: LoggedIn): Promise<Target> {
  const user = await users.lock(tx, self.userId)
  if (!user?.isActive) throw new DomainError('not_logged_in')
  return { ...user, role: self.role } as Target
}

/**
 * Sees that whoever acts still may, and keeps their account as it is until the transaction ends: what
 * somebody does is over before they are disabled, or does not begin.
 * @throws DomainError `not_logged_in`, `not_allowed`
 */
export async function holdActor(tx: Tx, by: UserAdmin): Promise<void> {
  if (!(await users.holdActive(tx, by.userId))) throw new DomainError('not_logged_in')
  const role = strongestOf(await users.rolesOf(tx, by.userId))
  if (role !== 'admin' && role !== by.role) throw new DomainError('not_allowed')
}

/** Refuses groups with a role to whoever is no full admin: only admins grant roles. */
export function assertMayActOnGroups(
  by: UserAdmin,
  groups: readonly { readonly role: Role }[],
): void {
  if (by.role === 'admin' || groups.every(({ role }) => role === 'none')) return
  throw new DomainError('not_allowed')
}

/** Refuses whoever is no full admin. */
export function assertAdmin(by: UserAdmin): asserts by is Admin {
  if (by.role !== 'admin') throw new DomainError('not_allowed')
}

/** Refuses whatever nobody may do to themselves. */
export function assertOther(by: UserAdmin, target: Target, field: string, message: string): void {
  if (by.userId !== target.id) return
  throw new DomainError('invalid_argument', `${field}: ${message}`, [{ field, message }])
}

async function toTarget(tx: Tx, by: UserAdmin, user: User): Promise<Target> {
  const role = strongestOf(await users.rolesOf(tx, user.id))
  if (by.role !== 'admin' && role !== 'none') throw new DomainError('not_allowed')
  return { ...user, role } as Target
}
