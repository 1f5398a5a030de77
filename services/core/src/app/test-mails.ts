import { randomUUID } from 'node:crypto'
import type { Logger } from '@defguard/runtime/logger'
import { lockTestMails } from '../db/advisory-locks.js'
import { type Db, inTransaction } from '../db/database.js'
import * as mails from '../db/mails.js'
import type { Mail, Settings } from '../db/schema.js'
import * as settingsRow from '../db/settings.js'
import * as users from '../db/users.js'
import { after, type Clock } from '../domain/clock.js'
import { DomainError } from '../domain/errors.js'
import { formatEndpoint } from '../domain/location.js'
import type { Sealer } from '../domain/sealing.js'
import { EMAIL_RULE, parseEmail } from '../domain/user.js'
import { type OutgoingMail, testMail } from '../mail/messages.js'
import type { SmtpStep } from '../mail/smtp-step.js'
import { MailNotSent, type MailTransport, type SmtpSettings } from '../mail/transport.js'
import { asActor } from './audit.js'
import type { Admin } from './caller.js'
import { type InstanceUrls, languageOf, smtpOf } from './instance-settings.js'
import { auditMails } from './mail-audit.js'
import { toMessage } from './mail-message.js'

/** What the mail server said to a test mail. */
export interface TestAnswer {
  readonly mailId: number
  readonly server: string
  /** Where it was stopped; undefined when the server took it. */
  readonly stoppedAt: SmtpStep | undefined
  readonly answer: string
}

/** Longer than any attempt takes. */
const LEASE_MS = 2 * 60_000
const PERIOD_MS = 60_000
const MAX_PER_PERIOD = 10
const TOO_MANY = 'too many requests: try again in a minute'

/**
 * Test mails, which do not queue: an admin waits for what the mail server says. Each is in the outbox
 * all the same, as a mail that its own worker is sending.
 */
export class TestMails {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly sealer: Sealer,
    /** A transport of its own: connecting and logging in are part of the test. */
    private readonly openTransport: () => MailTransport,
    private readonly urls: InstanceUrls,
    private readonly log: Logger,
  ) {}

  /** @throws DomainError `invalid_argument`, `smtp_not_configured`, `rate_limited` */
  async send(admin: Admin, typedAddress: string): Promise<TestAnswer> {
    const address = parseEmail(typedAddress)
    if (address === undefined) {
      const violation = { field: 'address', message: EMAIL_RULE }
      throw new DomainError('invalid_argument', `address: ${EMAIL_RULE}`, [violation])
    }
    const settings = await settingsRow.get(this.db)
    const smtp = smtpOf(settings, this.sealer)
    if (!smtp) throw new DomainError('smtp_not_configured')
    const server = formatEndpoint({ endpoint: smtp.server, port: smtp.port })
    const user = await users.get(this.db, admin.userId)
    const outgoing = testMail(address, languageOf(user, settings), {
      instanceName: settings.instanceName,
      server,
      sentAt: this.clock().toISOString(),
    })
    const mail = await this.begin(outgoing, server)
    const { answer, stoppedAt } = await this.attempt(outgoing, mail, smtp, settings)
    await this.end(admin, mail, stoppedAt === undefined ? undefined : answer)
    return { mailId: mail.id, server, stoppedAt, answer }
  }

  private begin({ kind, recipient, language }: OutgoingMail, server: string): Promise<Mail> {
    return inTransaction(this.db, async (tx) => {
      await lockTestMails(tx)
      const now = this.clock()
      if ((await mails.countSince(tx, kind, after(now, -PERIOD_MS))) >= MAX_PER_PERIOD)
        throw new DomainError('rate_limited', TOO_MANY, [], PERIOD_MS / 1000)
      const row = { kind, recipient, language, messageId: randomUUID(), createdAt: now }
      return mails.insertSending(tx, row, after(now, LEASE_MS), server)
    })
  }

  private async attempt(
    outgoing: OutgoingMail,
    mail: Mail,
    smtp: SmtpSettings,
    settings: Settings,
  ): Promise<Pick<TestAnswer, 'answer' | 'stoppedAt'>> {
    const transport = this.openTransport()
    try {
      const message = toMessage(outgoing, mail, settings, this.urls)
      return { answer: await transport.send(smtp, message), stoppedAt: undefined }
    } catch (err) {
      if (!(err instanceof MailNotSent)) throw err
      return { answer: err.message, stoppedAt: err.step }
    } finally {
      transport.close()
    }
  }

  private async end(admin: Admin, mail: Mail, error: string | undefined): Promise<void> {
    const state = error === undefined ? 'sent' : 'given_up'
    const now = this.clock()
    await inTransaction(this.db, async (tx) => {
      const outcome = { state, error: error ?? null, nextAttemptAt: now, isFinal: true } as const
      await mails.settle(tx, mail, outcome, now)
      await auditMails(tx, now, asActor(admin), state, [mail], { attempt: mail.attempts })
    })
    this.log.info({ mail: mail.id, kind: mail.kind, state }, 'test mail')
  }
}
