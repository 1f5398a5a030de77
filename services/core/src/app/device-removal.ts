import type { Tx } from '../db/database.js'
import * as deviceLocations from '../db/device-locations.js'
import * as devices from '../db/devices.js'
import * as locations from '../db/locations.js'
import type { Device } from '../db/schema.js'
import { type Actor, audit, auditAll, SYSTEM } from './audit.js'

/** Why devices go that nobody has asked to remove. */
type Cause = 'link_ended' | 'made_under_another_link' | 'password_set' | 'user_deleted'

/** Removes devices as a consequence of something else. */
export async function removeDevices(
  tx: Tx,
  deviceIds: readonly number[],
  cause: Cause,
  now: Date,
): Promise<void> {
  const removed = await take(tx, deviceIds)
  const objects = removed.map(({ id, name, userId: user }) => ({
    kind: 'device' as const,
    id,
    name,
    details: { user },
  }))
  await auditAll(tx, now, SYSTEM, 'device.removed', objects, { details: { cause } })
}

/** Removes a device that the caller holds, because somebody says so. */
export async function removeDevice(tx: Tx, actor: Actor, device: Device, now: Date): Promise<void> {
  await take(tx, [device.id])
  const object = { kind: 'device', id: device.id, name: device.name } as const
  const details = { user: device.userId, prepared_for: device.preparedForName ?? undefined }
  await audit(tx, now, actor, 'device.removed', object, { details })
}

/** Removes devices, frees their addresses and marks the locations they were peers of as changed. */
async function take(tx: Tx, deviceIds: readonly number[]) {
  await locations.bump(tx, await deviceLocations.locationIdsOf(tx, deviceIds))
  await deviceLocations.release(tx, deviceIds)
  return devices.remove(tx, deviceIds)
}
