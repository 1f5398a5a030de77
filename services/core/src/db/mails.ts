import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import type { Db, Tx } from './database.js'
import type { Mail, MailState, Schema } from './schema.js'

/** Wakes the delivery of every replica; sent with the transaction's commit. */
export const MAIL_CHANNEL = 'defguard_mail'

/** What a mail may hold a link to: it goes out only while that waits for its first use. */
export type MailToken =
  | { readonly enrollmentTokenId: number }
  | { readonly passwordResetTokenId: number }

type TokenColumn = 'enrollmentTokenId' | 'passwordResetTokenId'

const TOKEN_TABLES = {
  enrollmentTokenId: 'enrollmentToken',
  passwordResetTokenId: 'passwordResetToken',
} as const satisfies Record<TokenColumn, keyof Schema>
const TOKEN_COLUMNS = Object.keys(TOKEN_TABLES) as TokenColumn[]

const WAITING = ['queued', 'failed'] as const satisfies readonly MailState[]

export async function enqueue(
  tx: Tx,
  {
    token,
    ...mail
  }: {
    kind: string
    recipient: string
    language: string
    variablesSealed: Buffer
    messageId: string
    token: MailToken | undefined
    expiresAt: Date | null
    createdAt: Date
  },
): Promise<void> {
  await tx
    .insertInto('mail')
    .values({ ...mail, ...token, state: 'queued', nextAttemptAt: mail.createdAt })
    .execute()
  await wake(tx)
}

/** Tells every replica, once this commits, that there may be mail to deliver. */
export async function wake(tx: Tx): Promise<void> {
  await sql`select pg_notify(${MAIL_CHANNEL}, '')`.execute(tx)
}

/**
 * Takes up to `limit` mails that are due, those included whose worker went away, and counts an
 * attempt. Each has one worker until `leasedUntil`.
 */
export async function lease(db: Db, now: Date, leasedUntil: Date, limit: number): Promise<Mail[]> {
  const { rows } = await sql<Mail>`
    update mail set state = 'sending', leased_until = ${leasedUntil}, attempts = attempts + 1
    where id in (
      select id from mail
      where (state in ('queued', 'failed') and next_attempt_at <= ${now})
        or (state = 'sending' and leased_until <= ${now})
      order by next_attempt_at limit ${limit} for update skip locked
    )
    returning *
  `.execute(db)
  return rows
}

/** Whether the token of a mail still waits for its first use; a mail without one always may go out. */
export async function isTokenOpen(
  db: Db,
  mail: Pick<Mail, TokenColumn>,
  now: Date,
): Promise<boolean> {
  const column = TOKEN_COLUMNS.find((name) => mail[name] !== null)
  if (column === undefined) return true
  const row = await db
    .selectFrom(TOKEN_TABLES[column])
    .select('id')
    .where('id', '=', mail[column])
    .where('revokedAt', 'is', null)
    .where('startedAt', 'is', null)
    .where('expiresAt', '>', now)
    .executeTakeFirst()
  return row !== undefined
}

export interface Outcome {
  readonly state: 'sent' | 'failed' | 'given_up'
  readonly error: string | null
  readonly nextAttemptAt: Date
  /** Whether nobody will ever need the mail's content again. */
  readonly isFinal: boolean
}

/** Books what became of an attempt; false if the lease was lost to another worker. */
export async function settle(db: Db, mail: Mail, outcome: Outcome, now: Date): Promise<boolean> {
  const row = await db
    .updateTable('mail')
    .set({
      state: outcome.state,
      leasedUntil: null,
      lastError: outcome.error,
      nextAttemptAt: outcome.nextAttemptAt,
      ...(outcome.state === 'sent' ? { sentAt: now } : {}),
      ...(outcome.isFinal ? { variablesSealed: null } : {}),
    })
    .where('id', '=', mail.id)
    .where('state', '=', 'sending')
    .where('attempts', '=', mail.attempts)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Ends the mails of tokens that are dead: what they hold is of no use to anybody any more. */
export async function giveUpOfTokens(
  tx: Tx,
  tokenIds: readonly number[],
  reason: string,
  column: TokenColumn = 'enrollmentTokenId',
): Promise<void> {
  if (tokenIds.length === 0) return
  await end(tx, (eb) => eb(column, 'in', tokenIds), reason)
}

/** The same for tokens that time or a start ended, which nobody does on purpose. */
export async function giveUpOfLapsedTokens(db: Db, now: Date, reason: string): Promise<void> {
  for (const column of TOKEN_COLUMNS) {
    const lapsed = db
      .selectFrom(TOKEN_TABLES[column])
      .select('id')
      .where((eb) =>
        eb.or([
          eb('revokedAt', 'is not', null),
          eb('startedAt', 'is not', null),
          eb('expiresAt', '<=', now),
        ]),
      )
    await end(db, (eb) => eb(column, 'in', lapsed), reason)
  }
}

/** Ends the mails whose time is over. */
export async function giveUpExpired(db: Db, now: Date, reason: string): Promise<void> {
  await end(db, (eb) => eb('expiresAt', '<=', now), reason)
}

/** Erases the contents of mails from before `before`, whatever became of them. */
export async function eraseOld(db: Db, before: Date, reason: string): Promise<void> {
  await end(db, (eb) => eb('createdAt', '<', before), reason)
}

type Condition = (eb: ExpressionBuilder<Schema, 'mail'>) => Expression<SqlBool>

/** Gives up what waits and erases all contents; a mail that is being sent is booked by its worker. */
async function end(db: Db, condition: Condition, reason: string): Promise<void> {
  await db
    .updateTable('mail')
    .set({ state: 'given_up', lastError: reason })
    .where('state', 'in', WAITING)
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

/** While there is no mail server: says so beside each mail that waits. */
export async function explainWaiting(db: Db, reason: string): Promise<void> {
  await db
    .updateTable('mail')
    .set({ lastError: reason })
    .where('state', 'in', WAITING)
    .where('lastError', 'is distinct from', reason)
    .execute()
}

/** Gives up what has waited since before `before`; it can still be sent by hand. */
export function giveUpWaiting(
  db: Db,
  before: Date,
): Promise<Pick<Mail, 'id' | 'kind' | 'enrollmentTokenId'>[]> {
  return db
    .updateTable('mail')
    .set({ state: 'given_up' })
    .where('state', 'in', WAITING)
    .where('createdAt', '<=', before)
    .returning(['id', 'kind', 'enrollmentTokenId'])
    .execute()
}
