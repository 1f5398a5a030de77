import { sql } from 'kysely'
import type { MailState } from '../domain/mail.js'
import type { Db } from './database.js'
import { equalsFolded } from './folded.js'
import type { Page } from './page.js'
import type { Mail, MailAttempt } from './schema.js'

/** A mail as admins may see it: all but its contents. */
export interface MailEntry extends Omit<Mail, 'variablesSealed' | 'inReplyTo'> {
  /** Whether the contents are still there: without them it cannot be sent. */
  readonly hasContents: boolean
  /** Whose token it is about. */
  readonly username: string | null
}

export interface MailFilter {
  readonly state: MailState | undefined
  readonly kind: string
  readonly recipient: string
  /** 0 for any. */
  readonly tokenId: number
}

export function findById(db: Db, id: number): Promise<MailEntry | undefined> {
  return selectEntries(db).where('mail.id', '=', id).executeTakeFirst()
}

/** Newest first. */
export function list(db: Db, filter: MailFilter, page: Page): Promise<MailEntry[]> {
  let query = selectEntries(db)
    .orderBy('mail.id', 'desc')
    .limit(page.size + 1)
  if (page.cursor !== undefined) query = query.where('mail.id', '<', page.cursor)
  if (filter.state) query = query.where('mail.state', '=', filter.state)
  if (filter.kind) query = query.where('mail.kind', '=', filter.kind)
  if (filter.recipient) query = query.where(equalsFolded('mail.recipient', filter.recipient))
  if (filter.tokenId) query = query.where('mail.enrollmentTokenId', '=', filter.tokenId)
  return query.execute()
}

/** All that was tried, in order. */
export function attemptsOf(db: Db, mailId: number): Promise<MailAttempt[]> {
  return db
    .selectFrom('mailAttempt')
    .selectAll()
    .where('mailId', '=', mailId)
    .orderBy('number')
    .execute()
}

function selectEntries(db: Db) {
  return db
    .selectFrom('mail')
    .leftJoin('enrollmentToken', 'enrollmentToken.id', 'mail.enrollmentTokenId')
    .leftJoin('passwordResetToken', 'passwordResetToken.id', 'mail.passwordResetTokenId')
    .leftJoin('user', (join) =>
      join.on((eb) =>
        eb('user.id', '=', eb.fn.coalesce('enrollmentToken.userId', 'passwordResetToken.userId')),
      ),
    )
    .select([
      'mail.id',
      'mail.kind',
      'mail.recipient',
      'mail.language',
      'mail.messageId',
      'mail.enrollmentTokenId',
      'mail.passwordResetTokenId',
      'mail.expiresAt',
      'mail.state',
      'mail.attempts',
      'mail.createdAt',
      'mail.nextAttemptAt',
      'mail.leasedUntil',
      'mail.sentAt',
      'mail.lastError',
      'mail.dueSince',
      'mail.earlierAttempts',
      'user.username',
    ])
    .select(sql<boolean>`mail.variables_sealed is not null`.as('hasContents'))
}
