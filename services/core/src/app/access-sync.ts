import type { AccessScope } from '../db/address-space.js'
import * as addressSpace from '../db/address-space.js'
import type { Tx } from '../db/database.js'
import type { Assignment } from '../db/device-locations.js'
import * as deviceLocations from '../db/device-locations.js'
import * as locations from '../db/locations.js'
import { locationFull } from './location-full.js'

/**
 * Gives people's devices an address in every network of the locations that their people may use, and
 * takes those in other locations back, in a number of statements that does not grow with the devices.
 * Locations where nothing differs hear of nothing.
 *
 * The caller holds the access lock (`lockAccess`), and the devices (`devices.hold`) before any
 * location: then none is made or removed meanwhile.
 *
 * @param more network devices that need their missing addresses as well
 * @returns the locations whose devices changed; their revisions have grown
 * @throws DomainError `location_full`: then the transaction must not commit
 */
export async function syncAccess(
  tx: Tx,
  scope: AccessScope,
  more: readonly Assignment[] = [],
): Promise<number[]> {
  const { missing, excess } = await addressSpace.findDifferences(tx, scope)
  const wanted = [...missing, ...more]
  const changed = new Set([...wanted, ...excess].map((assignment) => assignment.locationId))
  await locations.bump(tx, [...changed])
  await deviceLocations.releaseFrom(tx, excess)
  const [full] = await deviceLocations.assign(tx, wanted)
  if (full !== undefined) throw await locationFull(tx, full)
  return [...changed]
}
