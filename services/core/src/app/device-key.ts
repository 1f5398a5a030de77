import type { Tx } from '../db/database.js'
import * as deviceLocations from '../db/device-locations.js'
import * as devices from '../db/devices.js'
import * as locations from '../db/locations.js'
import * as pollingTokens from '../db/polling-tokens.js'
import type { Device } from '../db/schema.js'
import { type PublicKey, publicKeyTaken } from '../domain/device.js'

/**
 * Puts another key on a device that the caller holds: the old peer goes, the new one comes with the
 * same addresses.
 * @throws DomainError `pubkey_taken`
 */
export async function replaceKey(tx: Tx, id: number, publicKey: PublicKey): Promise<Device> {
  await locations.bump(tx, await deviceLocations.locationIdsOf(tx, [id]))
  if (await locations.isPublicKeyTaken(tx, publicKey)) throw publicKeyTaken()
  const device = await devices.setPublicKey(tx, id, publicKey)
  // Whoever has the earlier key must not learn what the device is given from now on.
  await pollingTokens.endOfDevice(tx, id)
  return device
}
