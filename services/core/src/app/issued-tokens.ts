import type { Tx } from '../db/database.js'
import * as tokenEnds from '../db/enrollment-token-ends.js'
import * as tokenEntries from '../db/enrollment-token-entries.js'
import * as mailEnds from '../db/mail-ends.js'
import * as users from '../db/users.js'
import { asActor, auditAll } from './audit.js'
import type { UserAdmin } from './caller.js'
import { endTokensOfMany } from './token-ends.js'
import { type TokenView, withState } from './token-views.js'

/**
 * Revokes what somebody issued to others who may no longer stand for it: a leaver's links must not
 * outlive the leaver unseen. The caller holds the issuer's row, so no further one is issued meanwhile.
 * @returns what was revoked, to be issued again
 */
export async function revokeIssuedTokens(
  tx: Tx,
  by: UserAdmin,
  issuerId: number,
  now: Date,
): Promise<TokenView[]> {
  const live = await tokenEnds.findLiveIssuedBy(tx, issuerId, now)
  if (live.length === 0) return []
  const people = live.filter(({ kind }) => kind !== 'network_device').map(({ userId }) => userId)
  await users.lockAll(tx, [...new Set(people)])
  const revoked = await tokenEnds.revokeAll(
    tx,
    live.map(({ id }) => id),
    now,
  )
  await endTokensOfMany(tx, revoked, now)
  const tokens = await tokenEntries.findByIds(tx, revoked)
  const objects = tokens.map(({ id, username }) => ({
    kind: 'enrollment_token' as const,
    id,
    name: username,
  }))
  const details = { issuer: issuerId }
  await auditAll(tx, now, asActor(by), 'enrollment.revoked', objects, { details })
  return tokens.map((token) => withState(token, now))
}

/**
 * Makes what somebody issued to others the caller's, who stands for it from now on. Reminders, which
 * name the one who is gone as whom to ask, are dropped.
 */
export async function takeOverIssuedTokens(
  tx: Tx,
  by: UserAdmin,
  issuerId: number,
  now: Date,
): Promise<TokenView[]> {
  const live = await tokenEnds.findLiveIssuedBy(tx, issuerId, now)
  const ids = live.map(({ id }) => id)
  await tokenEnds.passOn(tx, ids, by.userId)
  await mailEnds.dropFollowUps(tx, ids, 'the token was taken over')
  const tokens = await tokenEntries.findByIds(tx, ids)
  return tokens.map((token) => withState(token, now))
}
