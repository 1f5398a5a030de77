import { sql } from 'kysely'
import type { Db, Tx } from './database.js'
import { equalsFolded } from './folded.js'
import type { MailFilter } from './mail-entries.js'
import { hasOpenToken, isAtRest } from './mails.js'
import type { MailSubject } from './schema.js'

/** The next of the mails to try again, in the order of their ids. */
export async function findIds(
  db: Db,
  { state, kind, recipient }: Pick<MailFilter, 'state' | 'kind' | 'recipient'>,
  after: number,
  limit: number,
): Promise<number[]> {
  let query = db.selectFrom('mail').select('id').where('id', '>', after).orderBy('id').limit(limit)
  if (state) query = query.where('state', '=', state)
  if (kind) query = query.where('kind', '=', kind)
  if (recipient) query = query.where(equalsFolded('recipient', recipient))
  return (await query.execute()).map(({ id }) => id)
}

/**
 * Makes mails due now, with all their time and their first pauses before them. The rows are those
 * that can still be sent and were not due already.
 */
export function requeue(tx: Tx, ids: readonly number[], now: Date): Promise<MailSubject[]> {
  return tx
    .updateTable('mail')
    .set((eb) => ({
      state: 'queued',
      nextAttemptAt: now,
      // One that is brought forward keeps its time: a reminder goes by it.
      dueSince: sql<Date>`greatest(due_since, ${now})`,
      earlierAttempts: eb.ref('attempts'),
      leasedUntil: null,
    }))
    .where(sql<boolean>`id = any (${ids}::bigint[])`)
    .where(isAtRest(now))
    .where(({ eb, not, and }) =>
      not(and([eb('state', '=', 'queued'), eb('nextAttemptAt', '<=', now)])),
    )
    .where('variablesSealed', 'is not', null)
    .where(({ eb, or }) => or([eb('expiresAt', 'is', null), eb('expiresAt', '>', now)]))
    .where(hasOpenToken(now))
    .returning(['id', 'kind', 'enrollmentTokenId'])
    .execute()
}
