import * as adminSessions from '../db/admin-sessions.js'
import type { Tx } from '../db/database.js'
import * as mails from '../db/mails.js'
import * as passwordResetTokens from '../db/password-reset-tokens.js'
import * as users from '../db/users.js'

/** Gives somebody another password, and shuts whatever may have been opened without it: logins, reset links. */
export async function changePassword(
  tx: Tx,
  userId: number,
  passwordHash: string,
  now: Date,
): Promise<void> {
  await users.setPassword(tx, userId, passwordHash, now)
  await adminSessions.endOfUser(tx, userId, now)
  const revoked = await passwordResetTokens.revokeOpen(tx, userId, now)
  await mails.giveUpOfTokens(tx, revoked, 'the password was changed', 'passwordResetTokenId')
}
