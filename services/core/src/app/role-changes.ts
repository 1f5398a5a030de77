import * as adminSessions from '../db/admin-sessions.js'
import type { Tx } from '../db/database.js'
import * as users from '../db/users.js'
import type { Role } from '../domain/user.js'
import { revokeApiTokensOf } from './api-tokens.js'
import type { Actor } from './audit.js'

/** What people may before a change of groups. */
export type RightsBefore = ReadonlyMap<number, string>

export async function rightsOf(tx: Tx, userIds: readonly number[]): Promise<RightsBefore> {
  const people = await users.rolesOfAll(tx, userIds)
  return new Map(people.map(({ id, roles }) => [id, toRights(roles)]))
}

/**
 * Ends the sessions of people who may something else now than before, more or less: whoever is logged
 * in knows what with. API tokens shrink and grow with the role, and end with the last one.
 */
export async function endLoginsOfChanged(
  tx: Tx,
  actor: Actor,
  before: RightsBefore,
  now: Date,
): Promise<void> {
  const after = await rightsOf(tx, [...before.keys()])
  const changed = [...after].filter(([id, rights]) => rights !== before.get(id))
  await adminSessions.endOfUsers(
    tx,
    changed.map(([id]) => id),
    now,
  )
  const roleless = changed.filter(([, rights]) => rights === '')
  await revokeApiTokensOf(
    tx,
    actor,
    roleless.map(([id]) => id),
    now,
  )
}

/** An admin may all that others may, whatever else they are. */
function toRights(roles: readonly Role[]): string {
  return roles.includes('admin') ? 'admin' : roles.filter((role) => role !== 'none').join(' ')
}
