import type { Db } from '../db/database.js'
import * as mails from '../db/mails.js'
import type { Mail, Settings } from '../db/schema.js'
import { after } from '../domain/clock.js'
import { REMINDER_LEAD_MS } from '../domain/reminder.js'

/**
 * Why a mail that is due must not go out, looked up immediately before it would; undefined if it may.
 * Nobody misses a mail that only follows another one, so it is not said of it that it was given up.
 */
export async function findObstacle(
  db: Db,
  mail: Mail,
  settings: Settings,
  now: Date,
): Promise<{ readonly state: 'given_up' | 'cancelled'; readonly error: string } | undefined> {
  const state = mail.inReplyTo === null ? 'given_up' : 'cancelled'
  if (!(await mails.isTokenOpen(db, mail, now)))
    return { state, error: 'the token is no longer open' }
  if (mail.expiresAt !== null && mail.expiresAt <= now) return { state, error: 'it came too late' }
  if (mail.inReplyTo === null) return undefined
  if (!settings.enrollmentReminder) return { state, error: 'reminders are switched off' }
  const sentBefore = after(mail.dueSince ?? mail.createdAt, -REMINDER_LEAD_MS)
  if (await mails.wasSent(db, mail.inReplyTo, sentBefore)) return undefined
  return { state, error: 'the invitation had not been sent long enough before' }
}
