import type { Tx } from '../db/database.js'
import * as deviceLocations from '../db/device-locations.js'
import * as devices from '../db/devices.js'
import * as locations from '../db/locations.js'
import * as pollingTokens from '../db/polling-tokens.js'
import type { Device } from '../db/schema.js'
import type { PublicKey } from '../domain/device.js'
import { DomainError } from '../domain/errors.js'
import { audit } from './audit.js'
import type { Caller } from './caller.js'
import type { LiveSession } from './session-gate.js'

/**
 * Puts a key on the device that a token was issued for. Until the deadline another key replaces it,
 * for its client makes a new one with every run.
 * @throws DomainError `location_not_found`, `pubkey_taken`
 */
export async function putKey(
  tx: Tx,
  session: LiveSession & { readonly deviceId: number },
  publicKey: PublicKey,
  caller: Caller,
  now: Date,
): Promise<Device> {
  const locationIds = await deviceLocations.locationIdsOf(tx, [session.deviceId])
  if (locationIds.length === 0) throw new DomainError('location_not_found')
  if (await locations.isPublicKeyTaken(tx, publicKey)) throw new DomainError('pubkey_taken')
  const before = await devices.get(tx, session.deviceId)
  if (before.publicKey === publicKey) return before
  await locations.bump(tx, locationIds)
  const device = await devices.setPublicKey(tx, before.id, publicKey)
  // Whoever has the earlier key must not learn what the device is given from now on.
  await pollingTokens.endOfDevice(tx, device.id)
  const actor = { kind: 'person', id: session.userId, name: session.username, caller } as const
  const object = { kind: 'device', id: device.id, name: device.name } as const
  await audit(tx, now, actor, 'network_device.configured', object)
  return device
}

export function isOfNetworkDevice(
  session: LiveSession,
): session is LiveSession & { readonly deviceId: number } {
  return session.deviceId !== null
}
