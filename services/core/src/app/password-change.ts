import * as adminSessions from '../db/admin-sessions.js'
import type { Tx } from '../db/database.js'
import * as mailEnds from '../db/mail-ends.js'
import * as passwordResetTokens from '../db/password-reset-tokens.js'
import type { User } from '../db/schema.js'
import * as settingsRow from '../db/settings.js'
import * as users from '../db/users.js'
import type { Sealer } from '../domain/sealing.js'
import { passwordChangedMail } from '../mail/messages.js'
import { revokeApiTokensOf } from './api-tokens.js'
import type { Actor } from './audit.js'
import { supportContact } from './contacts.js'
import { languageOf } from './instance-settings.js'
import { enqueue } from './outbox.js'

/**
 * Gives somebody another password, and shuts whatever may have been opened without it: reset links,
 * API tokens and logins, but for the session that changes it.
 */
export async function changePassword(
  tx: Tx,
  actor: Actor,
  userId: number,
  passwordHash: string,
  now: Date,
  keptSessionId?: number,
): Promise<void> {
  await users.setPassword(tx, userId, passwordHash, now)
  await adminSessions.endOfUser(tx, userId, now, keptSessionId)
  await revokeApiTokensOf(tx, actor, [userId], now)
  await endResetTokens(tx, userId, 'the password was changed', now)
}

/** Revokes a person's reset links; what was opened with them is over, too. */
export async function endResetTokens(
  tx: Tx,
  userId: number,
  reason: string,
  now: Date,
): Promise<void> {
  const revoked = await passwordResetTokens.revokeOpen(tx, userId, now)
  await mailEnds.giveUpOfTokens(tx, revoked, reason, 'passwordResetTokenId')
}

/** Mails a person that their password is another one, unless that is switched off. */
export async function tellPasswordChanged(
  tx: Tx,
  sealer: Sealer,
  user: User,
  now: Date,
): Promise<void> {
  const settings = await settingsRow.get(tx)
  if (!settings.notifyUserPasswordChanged) return
  const mail = passwordChangedMail(user.email, languageOf(user, settings), {
    instanceName: settings.instanceName,
    username: user.username,
    changedAt: now.toISOString(),
    tell: supportContact(settings),
  })
  await enqueue(tx, sealer, mail, now)
}
