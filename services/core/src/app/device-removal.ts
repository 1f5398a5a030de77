import type { Tx } from '../db/database.js'
import * as deviceLocations from '../db/device-locations.js'
import * as devices from '../db/devices.js'
import * as locations from '../db/locations.js'

/** Removes devices, frees their addresses and marks the locations they were peers of as changed. */
export async function removeDevices(tx: Tx, deviceIds: readonly number[]): Promise<void> {
  await locations.bump(tx, await deviceLocations.locationIdsOf(tx, deviceIds))
  await deviceLocations.release(tx, deviceIds)
  await devices.remove(tx, deviceIds)
}
