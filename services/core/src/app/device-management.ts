import type { Tx } from '../db/database.js'
import type { Settings } from '../db/schema.js'
import * as users from '../db/users.js'
import { DomainError } from '../domain/errors.js'

/**
 * Whether somebody may add and remove devices of their own: everybody, or only admins where the
 * setting says so.
 * @throws DomainError `devices_admin_only`
 */
export async function assertManagesOwnDevices(
  tx: Tx,
  userId: number,
  { adminDeviceManagement }: Settings,
): Promise<void> {
  if (!adminDeviceManagement) return
  const { groups } = await users.get(tx, userId)
  if (!groups.some((group) => group.role === 'admin')) throw new DomainError('devices_admin_only')
}
