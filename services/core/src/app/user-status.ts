import * as adminSessions from '../db/admin-sessions.js'
import type { Tx } from '../db/database.js'
import * as deviceLocations from '../db/device-locations.js'
import * as devices from '../db/devices.js'
import * as tokenEnds from '../db/enrollment-token-ends.js'
import * as locations from '../db/locations.js'
import * as users from '../db/users.js'
import { revokeApiTokensOf } from './api-tokens.js'
import { asActor, audit } from './audit.js'
import type { UserAdmin } from './caller.js'
import { revokeIssuedTokens } from './issued-tokens.js'
import { endResetTokens } from './password-change.js'
import { assertOther, type Target } from './targets.js'
import { endTokens } from './token-ends.js'
import type { TokenView } from './token-views.js'

/**
 * Shuts a person out. What they have started is only refused while they are disabled, and their
 * addresses stay theirs, so that enabling them never fails. The caller began with `lockAdmins`, and
 * ends with `assertAdminRemains`.
 * @returns the tokens they had issued to others, which are revoked
 * @throws DomainError `invalid_argument`
 */
export async function disable(
  tx: Tx,
  by: UserAdmin,
  target: Target,
  now: Date,
): Promise<TokenView[]> {
  assertOther(by, target, 'is_active', 'nobody disables themselves')
  if (!(await users.setActive(tx, target.id, false, now))) return []
  await adminSessions.endOfUser(tx, target.id, now)
  await revokeApiTokensOf(tx, asActor(by), [target.id], now)
  await endTokens(tx, await tokenEnds.revokeUnstarted(tx, target.id, now), target, now)
  await endResetTokens(tx, target.id, 'the person was disabled', now)
  const revoked = await revokeIssuedTokens(tx, by, target.id, now)
  await bumpPeers(tx, target)
  const object = { kind: 'user', id: target.id, name: target.username } as const
  const details = { revoked_tokens: revoked.length }
  await audit(tx, now, asActor(by), 'user.disabled', object, { details })
  return revoked
}

/** Lets a disabled person in again; what was revoked stays revoked. */
export async function enable(tx: Tx, by: UserAdmin, target: Target, now: Date): Promise<void> {
  if (!(await users.setActive(tx, target.id, true, now))) return
  await bumpPeers(tx, target)
  const object = { kind: 'user', id: target.id, name: target.username } as const
  await audit(tx, now, asActor(by), 'user.enabled', object)
}

/**
 * The devices of an enrolled person come and go as peers with the person. They are locked, so that
 * whoever puts them into another location (`devices.hold`) comes before this looks, or after it is done.
 */
async function bumpPeers(tx: Tx, target: Target): Promise<void> {
  if (target.passwordHash === null) return
  const deviceIds = await devices.lockOf(tx, target.id)
  await locations.bump(tx, await deviceLocations.locationIdsOf(tx, deviceIds))
}
