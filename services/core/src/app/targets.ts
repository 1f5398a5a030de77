import * as adminSessions from '../db/admin-sessions.js'
import type { Tx } from '../db/database.js'
import type { User } from '../db/schema.js'
import * as users from '../db/users.js'
import { DomainError } from '../domain/errors.js'
import { type Role, strongestOf } from '../domain/user.js'
import type { Admin, InSession, LoggedIn, UserAdmin } from './caller.js'

/** A person whose row is held, and on whom the caller may act: only this file makes one. */
export type Target = User & { readonly role: Role; readonly brand: 'Target' }

/**
 * The person with this username, to act on. Whoever is no full admin never gets at anybody who has a
 * role.
 * @throws DomainError `not_found`, `not_allowed`, and those of `holdActor`
 */
export async function lockTarget(tx: Tx, by: UserAdmin, username: string): Promise<Target> {
  const id = await users.idOf(tx, username)
  const target = id === undefined ? undefined : await findTarget(tx, by, id)
  if (!target) throw new DomainError('not_found', `no user named "${username}"`)
  return target
}

/** The same by id. */
export async function lockTargetById(tx: Tx, by: UserAdmin, id: number): Promise<Target> {
  const target = await findTarget(tx, by, id)
  if (!target) throw new DomainError('not_found', 'the person of this token is gone')
  return target
}

/** Somebody who is logged in, to act on themselves, whatever their role. */
export async function lockSelf(tx: Tx, self: LoggedIn): Promise<Target> {
  const user = await users.lock(tx, self.userId)
  if (!user?.isActive) throw new DomainError('not_logged_in')
  return { ...user, role: self.role } as Target
}

/** The same for what a session that is just being ended must not begin. */
export async function lockInSession(tx: Tx, self: InSession): Promise<Target> {
  const target = await lockSelf(tx, self)
  if (!(await adminSessions.hold(tx, self.sessionId))) throw new DomainError('not_logged_in')
  return target
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
  for (const { role } of groups) assertMayActOnRole(by, role)
}

/**
 * Refuses whoever has a role to all but full admins who have logged in: an API token that could act on
 * them, or make somebody one of them, could do all that its scopes leave out.
 */
function assertMayActOnRole(by: UserAdmin, role: Role): void {
  if (role === 'none') return
  if (by.role !== 'admin') throw new DomainError('not_allowed')
  if (by.apiToken) throw new DomainError('login_required')
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

async function findTarget(tx: Tx, by: UserAdmin, id: number): Promise<Target | undefined> {
  // One's own row is held once: two calls that first shared it would wait for each other.
  if (id !== by.userId) await holdActor(tx, by)
  const user = await users.lock(tx, id)
  if (id === by.userId && !user?.isActive) throw new DomainError('not_logged_in')
  if (!user) return undefined
  const role = strongestOf(await users.rolesOf(tx, user.id))
  if (id === by.userId && role !== by.role) throw new DomainError('not_allowed')
  assertMayActOnRole(by, role)
  return { ...user, role } as Target
}
