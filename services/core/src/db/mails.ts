import { sql } from 'kysely'
import type { AttemptOutcome } from '../domain/mail.js'
import type { Db, Tx } from './database.js'
import type { Mail } from './schema.js'

/** Wakes the delivery of every replica; sent with the transaction's commit. */
export const MAIL_CHANNEL = 'defguard_mail'

/** What a mail may hold a link to: it goes out only while that waits for its first use. */
export type MailToken =
  | { readonly enrollmentTokenId: number }
  | { readonly passwordResetTokenId: number }

export interface NewMail {
  readonly kind: string
  readonly recipient: string
  readonly language: string
  readonly variablesSealed: Buffer
  readonly messageId: string
  readonly token: MailToken | undefined
  readonly expiresAt: Date | null
  readonly createdAt: Date
  /** From when on it is to be sent; null: at once. */
  readonly dueSince: Date | null
  /** The message id of the mail that it follows. */
  readonly inReplyTo: string | null
}

export async function enqueue(tx: Tx, newMails: readonly NewMail[]): Promise<void> {
  if (newMails.length === 0) return
  const rows = newMails.map(({ token, ...mail }) => ({
    ...mail,
    ...token,
    state: 'queued' as const,
    nextAttemptAt: mail.dueSince ?? mail.createdAt,
  }))
  await tx.insertInto('mail').values(rows).execute()
  await wake(tx)
}

/** Tells every replica, once this commits, that there may be mail to deliver. */
export async function wake(tx: Tx): Promise<void> {
  await sql`select pg_notify(${MAIL_CHANNEL}, '')`.execute(tx)
}

/**
 * Writes a mail down that its caller sends at once, as the worker of its first attempt. It holds no
 * contents: nobody else is ever to send it.
 */
export async function insertSending(
  tx: Tx,
  mail: Pick<Mail, 'kind' | 'recipient' | 'language' | 'messageId' | 'createdAt'>,
  leasedUntil: Date,
  server: string,
): Promise<Mail> {
  const now = mail.createdAt
  const inserted = await tx
    .insertInto('mail')
    .values({
      ...mail,
      state: 'sending',
      attempts: 1,
      nextAttemptAt: now,
      leasedUntil,
      expiresAt: leasedUntil,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await tx
    .insertInto('mailAttempt')
    .values({ mailId: inserted.id, number: 1, startedAt: now, server })
    .execute()
  return inserted
}

/** How many mails of a kind were written after `since`. */
export async function countSince(db: Db, kind: string, since: Date): Promise<number> {
  const { count } = await db
    .selectFrom('mail')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('kind', '=', kind)
    .where('createdAt', '>', since)
    .executeTakeFirstOrThrow()
  return count
}

/**
 * Takes up to `limit` mails that are due, those included whose worker went away, and begins an
 * attempt with each. Each has one worker until `leasedUntil`.
 * @param server host and port, for the record
 */
export async function lease(
  db: Db,
  now: Date,
  leasedUntil: Date,
  limit: number,
  server: string,
): Promise<Mail[]> {
  const { rows } = await sql<Mail>`
    with due as (
      -- Apart, so that each walks its own index and stops.
      select id from (
        select id from mail where state = 'sending' and leased_until <= ${now}
        order by leased_until limit ${limit} for update skip locked
      ) lost
      union all
      select id from (
        select id from mail where state in ('queued', 'failed') and next_attempt_at <= ${now}
        order by next_attempt_at limit ${limit} for update skip locked
      ) waiting
      limit ${limit}
    ), leased as (
      update mail set state = 'sending', leased_until = ${leasedUntil}, attempts = attempts + 1
      where id in (select id from due)
      returning *
    ), begun as (
      insert into mail_attempt (mail_id, number, started_at, server)
      select id, attempts, ${now}, ${server} from leased
    )
    select * from leased
  `.execute(db)
  return rows
}

/** Keeps a mail as it is until the transaction ends; whoever leases mails passes it by. */
export async function hold(tx: Tx, id: number): Promise<void> {
  await tx.selectFrom('mail').select('id').where('id', '=', id).forUpdate().execute()
}

export interface Outcome {
  /** What only follows another mail is cancelled instead of given up. */
  readonly state: AttemptOutcome | 'cancelled'
  readonly error: string | null
  readonly nextAttemptAt: Date
  /** Whether nobody will ever need the mail's content again. */
  readonly isFinal: boolean
}

/**
 * Ends an attempt and books it; false if the lease was lost to another worker, who then says what
 * becomes of the mail.
 */
export async function settle(db: Db, mail: Mail, outcome: Outcome, now: Date): Promise<boolean> {
  const { state, error } = outcome
  const attempt = state === 'cancelled' ? 'given_up' : state
  const row = await db
    .with('ended', (cte) =>
      cte
        .updateTable('mailAttempt')
        .set({ endedAt: now, outcome: attempt, error })
        .where('mailId', '=', mail.id)
        .where('number', '=', mail.attempts)
        .where('endedAt', 'is', null),
    )
    .updateTable('mail')
    .set({
      state,
      leasedUntil: null,
      lastError: error,
      nextAttemptAt: outcome.nextAttemptAt,
      ...(state === 'sent' ? { sentAt: now } : {}),
      ...(outcome.isFinal ? { variablesSealed: null } : {}),
    })
    .where('id', '=', mail.id)
    .where('state', '=', 'sending')
    .where('attempts', '=', mail.attempts)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** That a mail can still be sent or withdrawn: nobody is sending it, and it neither was sent nor cancelled. */
export function isAtRest(now: Date) {
  return sql<boolean>`(
    state in ('queued', 'failed', 'given_up') or (state = 'sending' and leased_until <= ${now})
  )`
}

/** Whether the token of a mail still waits for its first use; a mail without one always may go out. */
export async function isTokenOpen(db: Db, mail: Pick<Mail, 'id'>, now: Date): Promise<boolean> {
  const row = await db
    .selectFrom('mail')
    .select('id')
    .where('id', '=', mail.id)
    .where(hasOpenToken(now))
    .executeTakeFirst()
  return row !== undefined
}

/** The same as a condition on rows of `mail`. */
export function hasOpenToken(now: Date) {
  const isOpen = sql`revoked_at is null and started_at is null and expires_at > ${now}`
  return sql<boolean>`(
    (mail.enrollment_token_id is null or exists (
      select from enrollment_token where id = mail.enrollment_token_id and ${isOpen}))
    and (mail.password_reset_token_id is null or exists (
      select from password_reset_token where id = mail.password_reset_token_id and ${isOpen}))
  )`
}

/** Whether the mail with this message id was accepted by then. */
export async function wasSent(db: Db, messageId: string, by: Date): Promise<boolean> {
  const row = await db
    .selectFrom('mail')
    .select('id')
    .where('messageId', '=', messageId)
    .where('sentAt', '<=', by)
    .executeTakeFirst()
  return row !== undefined
}
