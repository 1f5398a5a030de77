import { type Db, inTransaction, type Tx } from '../db/database.js'
import * as mailEnds from '../db/mail-ends.js'
import type { MailEntry, MailFilter } from '../db/mail-entries.js'
import * as mailEntries from '../db/mail-entries.js'
import * as mailRetries from '../db/mail-retries.js'
import * as mails from '../db/mails.js'
import type { MailAttempt } from '../db/schema.js'
import * as settingsRow from '../db/settings.js'
import type { Clock } from '../domain/clock.js'
import { assertNoViolations, DomainError, type Violation } from '../domain/errors.js'
import { type AttemptState, attemptStateOf } from '../domain/mail.js'
import { MAIL_KINDS } from '../mail/contents.js'
import { asActor } from './audit.js'
import type { Admin } from './caller.js'
import { isSmtpConfigured } from './instance-settings.js'
import { auditMails } from './mail-audit.js'
import { type PageOf, type PageRequest, pageOf, parsePage } from './paging.js'

/** A mail as admins see it: never its contents. */
export type MailView = MailEntry
export type MailAttemptView = MailAttempt & { readonly state: AttemptState }

/** Which mails to try again: those that wait for their first attempt are none that went wrong. */
export interface RetryFilter extends Pick<MailFilter, 'state' | 'kind' | 'recipient'> {}

export interface RetryCounts {
  readonly retried: number
  /** What could no longer be sent, or was just being sent. */
  readonly left: number
  readonly isSmtpConfigured: boolean
}

/** So many mails are queued again in one transaction. */
const BATCH_MAX = 1000

/** The outbox, as admins see it: what became of each mail, and what can be done about it. */
export class MailAdministration {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError `invalid_argument` */
  async list(
    filter: MailFilter,
    request: PageRequest,
  ): Promise<PageOf<MailView> & { readonly isSmtpConfigured: boolean }> {
    assertNoViolations(problemsOf(filter))
    const page = parsePage(request)
    const list = pageOf(await mailEntries.list(this.db, filter, page), page)
    return { ...list, isSmtpConfigured: await this.isSmtpConfigured() }
  }

  /** @throws DomainError `not_found` */
  async get(id: number): Promise<{ mail: MailView; attempts: MailAttemptView[] }> {
    const now = this.clock()
    const mail = await get(this.db, id)
    const attempts = await mailEntries.attemptsOf(this.db, id)
    const withState = (attempt: MailAttempt) => ({
      ...attempt,
      state: attemptStateOf(attempt, mail, now),
    })
    return { mail, attempts: attempts.map(withState) }
  }

  /**
   * Makes a mail due now, and gives it as much time as a new one.
   * @throws DomainError `not_found`, `mail_sent`, `mail_sending`, `mail_over`
   */
  async retry(admin: Admin, id: number): Promise<{ mail: MailView; isSmtpConfigured: boolean }> {
    const mail = await inTransaction(this.db, async (tx) => {
      const now = this.clock()
      await mails.hold(tx, id) // so that what follows is about one and the same state
      const [queued] = await this.requeue(tx, admin, [id], now)
      const entry = await get(tx, id)
      const isDue = entry.state === 'queued' && entry.nextAttemptAt <= now
      if (!queued && !isDue) throw retryRefusal(entry)
      return entry
    })
    return { mail, isSmtpConfigured: await this.isSmtpConfigured() }
  }

  /**
   * The same for all mails of a state that went wrong. Each step commits, so a call that was cut short
   * is simply repeated.
   * @throws DomainError `invalid_argument`
   */
  async retryAll(admin: Admin, filter: RetryFilter): Promise<RetryCounts> {
    const message = 'must be failed or given_up'
    const isOneThatFailed = filter.state === 'failed' || filter.state === 'given_up'
    assertNoViolations([
      ...(isOneThatFailed ? [] : [{ field: 'state', message }]),
      ...problemsOf(filter),
    ])
    let retried = 0
    let seen = 0
    let ids: number[]
    let last = 0
    do {
      ids = await mailRetries.findIds(this.db, filter, last, BATCH_MAX)
      const batch = await inTransaction(this.db, (tx) => this.requeue(tx, admin, ids, this.clock()))
      retried += batch.length
      seen += ids.length
      last = ids.at(-1) ?? last
    } while (ids.length === BATCH_MAX)
    return { retried, left: seen - retried, isSmtpConfigured: await this.isSmtpConfigured() }
  }

  /**
   * Withdraws a mail, whose contents go at once.
   * @throws DomainError `not_found`, `mail_sent`, `mail_sending`
   */
  async cancel(admin: Admin, id: number): Promise<MailView> {
    return inTransaction(this.db, async (tx) => {
      const now = this.clock()
      const cancelled = await mailEnds.cancel(tx, id, now)
      if (cancelled) await auditMails(tx, now, asActor(admin), 'cancelled', [cancelled])
      const entry = await get(tx, id)
      if (entry.state !== 'cancelled')
        throw new DomainError(entry.state === 'sent' ? 'mail_sent' : 'mail_sending')
      return entry
    })
  }

  private async requeue(tx: Tx, admin: Admin, ids: readonly number[], now: Date) {
    const queued = await mailRetries.requeue(tx, ids, now)
    if (queued.length === 0) return queued
    await auditMails(tx, now, asActor(admin), 'retried', queued)
    await mails.wake(tx)
    return queued
  }

  private async isSmtpConfigured(): Promise<boolean> {
    return isSmtpConfigured(await settingsRow.get(this.db))
  }
}

async function get(db: Db, id: number): Promise<MailView> {
  const mail = await mailEntries.findById(db, id)
  if (!mail) throw new DomainError('not_found', `no mail with the id ${id}`)
  return mail
}

function problemsOf({ kind }: { readonly kind: string }): Violation[] {
  if (kind === '' || MAIL_KINDS.some((known) => known === kind)) return []
  return [{ field: 'kind', message: `must be one of ${MAIL_KINDS.join(', ')}` }]
}

/** Why a mail cannot be tried again; decides nothing, only explains a guard that let nothing through. */
function retryRefusal(mail: MailView): DomainError {
  if (mail.state === 'sent') return new DomainError('mail_sent')
  if (mail.state === 'sending') return new DomainError('mail_sending')
  const token = mail.enrollmentTokenId
  const isLink = token !== null || mail.passwordResetTokenId !== null
  const why = isLink ? 'the link in it no longer works' : 'its time is over'
  const what = mail.state === 'cancelled' ? 'it was cancelled' : why
  const instead = isLink ? ', send a new link' : ''
  const how = token === null ? '' : `: resend the token ${token}`
  return new DomainError('mail_over', `this mail cannot be sent any more: ${what}${how || instead}`)
}
