import type { Tx } from '../db/database.js'
import * as deviceLocations from '../db/device-locations.js'
import * as devices from '../db/devices.js'
import * as locations from '../db/locations.js'
import type { Device } from '../db/schema.js'
import { type Actor, audit } from './audit.js'

/** Removes devices, frees their addresses and marks the locations they were peers of as changed. */
export async function removeDevices(tx: Tx, deviceIds: readonly number[]): Promise<void> {
  await locations.bump(tx, await deviceLocations.locationIdsOf(tx, deviceIds))
  await deviceLocations.release(tx, deviceIds)
  await devices.remove(tx, deviceIds)
}

/** Removes a device that the caller holds, because somebody says so. */
export async function removeDevice(tx: Tx, actor: Actor, device: Device, now: Date): Promise<void> {
  await removeDevices(tx, [device.id])
  const object = { kind: 'device', id: device.id, name: device.name } as const
  const details = { user: device.userId, prepared_for: device.preparedForName ?? undefined }
  await audit(tx, now, actor, 'device.removed', object, { details })
}
