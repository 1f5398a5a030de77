import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import type { MailState } from '../domain/mail.js'
import type { Db, Tx } from './database.js'
import { hasOpenToken, isAtRest } from './mails.js'
import type { MailSubject, Schema } from './schema.js'

/*
 * How mails end without being sent, by themselves or by an admin. States stand here as they are, not
 * as parameters: only then does a prepared statement find the rows through the indexes that hold
 * nothing but such rows.
 */

type Condition = (eb: ExpressionBuilder<Schema, 'mail'>) => Expression<SqlBool>

/** Ends the mails of tokens that are dead: what they hold is of no use to anybody any more. */
export async function giveUpOfTokens(
  tx: Tx,
  tokenIds: readonly number[],
  reason: string,
  column: 'enrollmentTokenId' | 'passwordResetTokenId' = 'enrollmentTokenId',
): Promise<void> {
  if (tokenIds.length === 0) return
  await end(tx, (eb) => eb(column, 'in', tokenIds), reason)
}

/** The same for tokens that time or a start ended, which nobody does on purpose. */
export async function giveUpOfLapsedTokens(db: Db, now: Date, reason: string): Promise<void> {
  await end(db, (eb) => eb.not(hasOpenToken(now)), reason)
}

/** Ends what would only follow the mails of tokens. */
export async function dropFollowUps(
  tx: Tx,
  tokenIds: readonly number[],
  reason: string,
): Promise<void> {
  if (tokenIds.length === 0) return
  const isOne: Condition = (eb) =>
    eb.and([eb('enrollmentTokenId', 'in', tokenIds), eb('inReplyTo', 'is not', null)])
  await end(tx, isOne, reason)
}

/** Ends the mails whose time is over. */
export async function giveUpExpired(db: Db, now: Date, reason: string): Promise<void> {
  await end(db, (eb) => eb('expiresAt', '<=', now), reason)
}

/** Erases the contents of mails from before `before`, whatever became of them. */
export async function eraseOld(db: Db, before: Date, reason: string): Promise<void> {
  await end(db, (eb) => eb('createdAt', '<', before), reason)
}

/** Lets mails whose worker is gone wait again; delivery does so by itself while there is a server. */
export async function requeueLost(db: Db, now: Date): Promise<void> {
  await db
    .updateTable('mail')
    .set((eb) => ({
      state: 'queued',
      nextAttemptAt: eb.ref('leasedUntil').$notNull(),
      leasedUntil: null,
    }))
    .where(sql<boolean>`state = 'sending'`)
    .where('leasedUntil', '<=', now)
    .execute()
}

const isWaiting = sql<boolean>`state in ('queued', 'failed')`

/** What only follows another mail is dropped without being missed. */
const ended = sql<MailState>`case when in_reply_to is null then 'given_up' else 'cancelled' end`

/** Gives up what waits and erases all contents; a mail that is being sent is booked by its worker. */
async function end(db: Db, condition: Condition, reason: string): Promise<void> {
  await db
    .updateTable('mail')
    .set({ state: ended, lastError: reason })
    .where(isWaiting)
    .where(condition)
    .execute()
  await db
    .updateTable('mail')
    .set({ variablesSealed: null })
    .where('variablesSealed', 'is not', null)
    .where('state', '!=', 'sending')
    .where(condition)
    .execute()
}

/** Withdraws a mail for good; undefined if it was sent, or somebody is sending it. */
export function cancel(tx: Tx, id: number, now: Date): Promise<MailSubject | undefined> {
  return tx
    .updateTable('mail')
    .set({ state: 'cancelled', leasedUntil: null, variablesSealed: null })
    .where('id', '=', id)
    .where(isAtRest(now))
    .returning(['id', 'kind', 'enrollmentTokenId'])
    .executeTakeFirst()
}

/** Removes up to `limit` mails from before `before` that nobody will send any more. */
export async function deleteOver(tx: Tx, before: Date, limit: number): Promise<void> {
  const over = tx
    .selectFrom('mail')
    .select('id')
    .where('createdAt', '<', before)
    .where(sql<boolean>`state in ('sent', 'given_up', 'cancelled')`)
    .orderBy('createdAt')
    .limit(limit)
    .forUpdate()
    .skipLocked()
  await tx.deleteFrom('mail').where('id', 'in', over).execute()
}

/** While there is no mail server: says so beside each mail that waits for one. */
export async function explainWaiting(db: Db, reason: string, now: Date): Promise<void> {
  await db
    .updateTable('mail')
    .set({ lastError: reason })
    .where(isWaiting)
    .where('nextAttemptAt', '<=', now)
    .where('lastError', 'is distinct from', reason)
    .execute()
}

/** Gives up what was to be sent since before `before`; it can still be sent by hand. */
export function giveUpWaiting(db: Db, before: Date): Promise<MailSubject[]> {
  return db
    .updateTable('mail')
    .set({ state: 'given_up' })
    .where(isWaiting)
    .where((eb) => eb(eb.fn.coalesce('dueSince', 'createdAt'), '<=', before))
    .returning(['id', 'kind', 'enrollmentTokenId'])
    .execute()
}
