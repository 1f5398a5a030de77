import type { Tx } from '../db/database.js'
import * as devices from '../db/devices.js'
import * as enrollmentSessions from '../db/enrollment-sessions.js'
import * as mailEnds from '../db/mail-ends.js'
import type { User } from '../db/schema.js'
import { removeDevices } from './device-removal.js'

/**
 * What follows when enrollment tokens die unused: their sessions end, their mails are given up, and
 * the devices that a pending person made with them go. The caller holds the person's row; tokens of a
 * network device have no person, and their device stays.
 */
export async function endTokens(
  tx: Tx,
  tokenIds: readonly number[],
  person: User | undefined,
  now: Date,
): Promise<void> {
  await endUses(tx, tokenIds, now)
  if (!person || person.passwordHash !== null) return
  const made = await devices.lockOfTokens(tx, person.id, tokenIds)
  await removeDevices(tx, made, 'link_ended', now)
}

/** The same for tokens of many people, whose rows the caller holds. */
export async function endTokensOfMany(
  tx: Tx,
  tokenIds: readonly number[],
  now: Date,
): Promise<void> {
  await endUses(tx, tokenIds, now)
  await removeDevices(tx, await devices.lockOfPending(tx, tokenIds), 'link_ended', now)
}

async function endUses(tx: Tx, tokenIds: readonly number[], now: Date): Promise<void> {
  await enrollmentSessions.endOfTokens(tx, tokenIds, now)
  await mailEnds.giveUpOfTokens(tx, tokenIds, 'the token was revoked or replaced')
}
