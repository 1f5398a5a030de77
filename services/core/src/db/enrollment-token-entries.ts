import { sql } from 'kysely'
import type { TokenKind, TokenState } from '../domain/enrollment-token.js'
import { LINK_MAIL_KINDS, type MailState } from '../domain/mail.js'
import type { Db } from './database.js'
import { equalsFolded } from './folded.js'
import type { Page } from './page.js'
import type { EnrollmentToken } from './schema.js'

export interface TokenListEntry extends EnrollmentToken {
  readonly username: string
  readonly issuerUsername: string | null
  /** Of the mail that brings it. */
  readonly mailId: number | null
  readonly mailState: MailState | null
  readonly mailError: string | null
  readonly mailNextAttemptAt: Date | null
}

export function findById(db: Db, id: number): Promise<TokenListEntry | undefined> {
  return selectEntries(db).where('enrollmentToken.id', '=', id).executeTakeFirst()
}

export function findNewestOf(db: Db, username: string): Promise<TokenListEntry | undefined> {
  return selectEntries(db)
    .where(equalsFolded('person.username', username))
    .orderBy('enrollmentToken.id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

export function findByIds(db: Db, ids: readonly number[]): Promise<TokenListEntry[]> {
  return selectEntries(db)
    .where(sql<boolean>`enrollment_token.id = any (${ids}::bigint[])`)
    .orderBy('enrollmentToken.id')
    .execute()
}

/** The newest invitation of each of these people. */
export function findInvitationsOf(db: Db, userIds: readonly number[]): Promise<TokenListEntry[]> {
  return selectEntries(db)
    .where('enrollmentToken.id', 'in', (eb) =>
      eb
        .selectFrom('enrollmentToken')
        .select(({ fn }) => fn.max('id').as('id'))
        .where('kind', '=', 'enrollment')
        .where(sql<boolean>`user_id = any (${userIds}::bigint[])`)
        .groupBy('userId'),
    )
    .execute()
}

/** Newest first. */
export function list(
  db: Db,
  filter: { state: TokenState | undefined; kind: TokenKind | undefined; username: string },
  page: Page,
  now: Date,
): Promise<TokenListEntry[]> {
  let query = selectEntries(db)
    .orderBy('enrollmentToken.id', 'desc')
    .limit(page.size + 1)
  if (page.cursor !== undefined) query = query.where('enrollmentToken.id', '<', page.cursor)
  if (filter.kind) query = query.where('kind', '=', filter.kind)
  if (filter.username) query = query.where(equalsFolded('person.username', filter.username))
  if (filter.state) query = query.where(whereState(filter.state, now))
  return query.execute()
}

/** The states of domain/enrollment-token.ts as conditions, for the filter of a list. */
function whereState(state: TokenState, now: Date) {
  const conditions: Record<TokenState, ReturnType<typeof sql<boolean>>> = {
    revoked: sql<boolean>`revoked_at is not null`,
    open: sql<boolean>`revoked_at is null and session_deadline is null and expires_at > ${now}`,
    expired: sql<boolean>`revoked_at is null and session_deadline is null and expires_at <= ${now}`,
    activated: sql<boolean>`revoked_at is null and consumed_at is not null`,
    in_progress: sql<boolean>`revoked_at is null and consumed_at is null and session_deadline > ${now}`,
    over: sql<boolean>`revoked_at is null and consumed_at is null and session_deadline <= ${now}`,
  }
  return conditions[state]
}

function selectEntries(db: Db) {
  return db
    .selectFrom('enrollmentToken')
    .innerJoin('user as person', 'person.id', 'enrollmentToken.userId')
    .leftJoin('user as issuer', 'issuer.id', 'enrollmentToken.issuedBy')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('mail')
          .select(['mail.id as mailId', 'mail.state as mailState', 'mail.lastError as mailError'])
          .select('mail.nextAttemptAt as mailNextAttemptAt')
          .whereRef('mail.enrollmentTokenId', '=', 'enrollmentToken.id')
          .where('mail.kind', 'in', LINK_MAIL_KINDS)
          .orderBy('mail.id', 'desc')
          .limit(1)
          .as('linkMail'),
      (join) => join.onTrue(),
    )
    .selectAll('enrollmentToken')
    .select(['person.username', 'issuer.username as issuerUsername'])
    .select(['linkMail.mailId', 'linkMail.mailState', 'linkMail.mailError'])
    .select('linkMail.mailNextAttemptAt')
}
