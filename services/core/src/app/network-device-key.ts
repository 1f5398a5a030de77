import type { Tx } from '../db/database.js'
import * as deviceLocations from '../db/device-locations.js'
import * as devices from '../db/devices.js'
import type { Device } from '../db/schema.js'
import type { PublicKey } from '../domain/device.js'
import { DomainError } from '../domain/errors.js'
import { audit } from './audit.js'
import type { Caller } from './caller.js'
import { replaceKey } from './device-key.js'
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
  const before = await devices.lock(tx, session.deviceId)
  const locationIds = await deviceLocations.locationIdsOf(tx, [session.deviceId])
  if (!before || locationIds.length === 0) throw new DomainError('location_not_found')
  if (before.publicKey === publicKey) return before
  const device = await replaceKey(tx, before.id, publicKey)
  const actor = { kind: 'person', id: session.userId, name: session.username, caller } as const
  const object = { kind: 'device', id: device.id, name: device.name } as const
  await audit(tx, now, actor, 'network_device.configured', object, {
    details: { token: session.tokenId },
  })
  return device
}

export function isOfNetworkDevice(
  session: LiveSession,
): session is LiveSession & { readonly deviceId: number } {
  return session.deviceId !== null
}
