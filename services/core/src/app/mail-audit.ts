import type { Db } from '../db/database.js'
import type { MailSubject } from '../db/schema.js'
import { type Actor, auditAll } from './audit.js'

type MailAction = 'sent' | 'failed' | 'given_up' | 'retried' | 'cancelled'

/**
 * Records what became of mails, so that it can be followed beside what else happens to their tokens.
 * @param details which attempt it was, whose words stand beside that; or why, if it was none
 */
export async function auditMails(
  db: Db,
  now: Date,
  actor: Actor,
  action: MailAction,
  mails: readonly MailSubject[],
  details: { readonly attempt?: number; readonly error?: string } = {},
): Promise<void> {
  const objects = mails.map(({ id, kind, enrollmentTokenId: token }) => ({
    kind: 'mail' as const,
    id,
    name: kind,
    details: { ...(token === null ? {} : { token }), ...details },
  }))
  const hasFailed = action === 'failed' || action === 'given_up'
  await auditAll(db, now, actor, `mail.${action}`, objects, { hasFailed })
}
