import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import type { Db, Tx } from './database.js'
import { hasOpenToken } from './mails.js'
import type { Mail, Schema } from './schema.js'

/*
 * How mails end without being sent. States stand here as they are, not as parameters: only then does
 * a prepared statement find the rows through the indexes that hold nothing but such rows.
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

/** Ends the mails whose time is over. */
export async function giveUpExpired(db: Db, now: Date, reason: string): Promise<void> {
  await end(db, (eb) => eb('expiresAt', '<=', now), reason)
}

/** Erases the contents of mails from before `before`, whatever became of them. */
export async function eraseOld(db: Db, before: Date, reason: string): Promise<void> {
  await end(db, (eb) => eb('createdAt', '<', before), reason)
}

const isWaiting = sql<boolean>`state in ('queued', 'failed')`

/** Gives up what waits and erases all contents; a mail that is being sent is booked by its worker. */
async function end(db: Db, condition: Condition, reason: string): Promise<void> {
  await db
    .updateTable('mail')
    .set({ state: 'given_up', lastError: reason })
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
export function giveUpWaiting(
  db: Db,
  before: Date,
): Promise<Pick<Mail, 'id' | 'kind' | 'enrollmentTokenId'>[]> {
  return db
    .updateTable('mail')
    .set({ state: 'given_up' })
    .where(isWaiting)
    .where((eb) => eb(eb.fn.coalesce('dueSince', 'createdAt'), '<=', before))
    .returning(['id', 'kind', 'enrollmentTokenId'])
    .execute()
}
