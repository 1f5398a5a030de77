import type { Tx } from '../db/database.js'
import * as users from '../db/users.js'
import { DomainError } from '../domain/errors.js'

/**
 * Refuses a transaction that leaves nobody who can administer. The last step of every change that
 * takes an admin's role or account away; its first was `lockAdmins`.
 * @throws DomainError `last_admin`
 */
export async function assertAdminRemains(tx: Tx): Promise<void> {
  if (!(await users.hasActiveAdmin(tx))) throw new DomainError('last_admin')
}
