import type { Logger } from '@defguard/runtime/logger'
import { type Db, inTransaction } from '../db/database.js'
import * as mailEnds from '../db/mail-ends.js'
import * as mails from '../db/mails.js'
import type { Mail, Settings } from '../db/schema.js'
import * as settingsRow from '../db/settings.js'
import { after, type Clock } from '../domain/clock.js'
import { formatEndpoint } from '../domain/location.js'
import { GIVE_UP_AFTER_MS, nextAttemptAt } from '../domain/mail-schedule.js'
import type { Sealer } from '../domain/sealing.js'
import type { OutgoingMail } from '../mail/messages.js'
import {
  type MailMessage,
  MailRejected,
  MailServerTrouble,
  type MailTransport,
  type SmtpSettings,
} from '../mail/transport.js'
import { SYSTEM } from './audit.js'
import { type InstanceUrls, smtpOf } from './instance-settings.js'
import { auditMails } from './mail-audit.js'
import { toMessage } from './mail-message.js'
import { findObstacle } from './mail-obstacles.js'
import { MailServerWatch } from './mail-server-watch.js'
import { mailIdentity } from './outbox.js'
import { WorkLoop } from './work-loop.js'

/** A worker that was killed loses its mails to another one after this time; no attempt takes as long. */
const LEASE_MS = 2 * 60_000
/** What is still being sent then is left to the next core. */
const STOP_GRACE_MS = 5_000
const NOT_CONFIGURED = 'mail server is not configured'

/**
 * Sends what the outbox holds, at least once, several at a time; any number of cores share the work.
 * Nothing here can fail a request: a mail's own error is booked beside it.
 */
export class MailDelivery {
  readonly #loop = new WorkLoop(
    () => this.startDue(),
    (err) => this.log.warn({ err }, 'mail delivery is interrupted'),
  )
  readonly #server = new MailServerWatch()
  readonly #inFlight = new Set<Promise<void>>()

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly sealer: Sealer,
    private readonly transport: MailTransport,
    private readonly urls: InstanceUrls,
    private readonly log: Logger,
  ) {}

  start(): void {
    this.#loop.start()
  }

  /** Finishes what is being sent, within a bounded time. */
  async stop(): Promise<void> {
    const timer = setTimeout(() => this.transport.close(), STOP_GRACE_MS)
    await this.#loop.stop()
    await Promise.all(this.#inFlight)
    clearTimeout(timer)
    this.transport.close()
  }

  /** Looks for mail now: somebody has just queued one. */
  wake(): void {
    this.#loop.wake()
  }

  /** Starts as many mails as there is room for: a slow one keeps its place and holds up no other. */
  private async startDue(): Promise<boolean> {
    const now = this.clock()
    const settings = await settingsRow.get(this.db)
    const smtp = smtpOf(settings, this.sealer)
    if (!smtp) {
      await this.letWait(NOT_CONFIGURED, now)
      return false
    }
    const room = this.#server.limit(smtp, now) - this.#inFlight.size
    const trouble = this.#server.takeNews()
    if (trouble !== undefined) await this.letWait(`waits for the mail server: ${trouble}`, now)
    if (room <= 0) return false
    const server = formatEndpoint({ endpoint: smtp.server, port: smtp.port })
    for (const mail of await mails.lease(this.db, now, after(now, LEASE_MS), room, server)) {
      const delivery = this.deliver(mail, smtp, settings).finally(() => {
        this.#inFlight.delete(delivery)
        this.#loop.wake() // there is room for another one
      })
      this.#inFlight.add(delivery)
    }
    return false
  }

  private letWait(reason: string, now: Date): Promise<void> {
    return inTransaction(this.db, async (tx) => {
      await mailEnds.explainWaiting(tx, reason, now)
      const lost = await mailEnds.giveUpWaiting(tx, after(now, -GIVE_UP_AFTER_MS))
      await auditMails(tx, now, SYSTEM, 'given_up', lost, { error: reason })
    })
  }

  /** Never throws: one mail's trouble must not interrupt the others. */
  private async deliver(mail: Mail, smtp: SmtpSettings, settings: Settings): Promise<void> {
    const line = { mail: mail.id, kind: mail.kind, attempt: mail.attempts }
    try {
      const outcome = await this.attempt(mail, smtp, settings)
      const { state } = outcome
      const now = this.clock()
      await inTransaction(this.db, async (tx) => {
        const isBooked = await mails.settle(tx, mail, outcome, now)
        // Of many failures the first is news; all of them stand beside the mail.
        const isNews = state !== 'failed' || mail.attempts - mail.earlierAttempts === 1
        if (!isBooked || !isNews || state === 'cancelled') return
        await auditMails(tx, now, SYSTEM, state, [mail], { attempt: mail.attempts })
      })
      // Why it was not sent stands beside the mail: servers like to repeat the recipient's address.
      if (state === 'sent') this.log.info({ ...line, state }, 'mail sent')
      else if (state === 'cancelled') this.log.info({ ...line, state }, 'mail dropped')
      else this.log.warn({ ...line, state }, 'mail not sent')
    } catch (err) {
      // The lease ends by itself and the mail, with the same Message-ID, is taken up again.
      this.log.warn({ ...line, err }, 'the outcome of a mail could not be kept')
    }
  }

  private async attempt(
    mail: Mail,
    smtp: SmtpSettings,
    settings: Settings,
  ): Promise<mails.Outcome> {
    const now = this.clock()
    const final = { nextAttemptAt: now, isFinal: true }
    const obstacle = await findObstacle(this.db, mail, settings, now)
    if (obstacle) return { ...obstacle, ...final }
    try {
      await this.send(smtp, this.compose(mail, settings))
      return { state: 'sent', error: null, ...final }
    } catch (err) {
      const error = (err instanceof Error ? err.message : String(err)).slice(0, 500)
      const isOver = after(mail.dueSince ?? mail.createdAt, GIVE_UP_AFTER_MS) <= now
      if (err instanceof MailRejected || isOver) {
        return { state: 'given_up', error, nextAttemptAt: now, isFinal: false }
      }
      return {
        state: 'failed',
        error,
        nextAttemptAt: nextAttemptAt(
          mail.attempts - mail.earlierAttempts,
          this.clock(),
          Math.random(),
        ),
        isFinal: false,
      }
    }
  }

  private async send(smtp: SmtpSettings, message: MailMessage): Promise<void> {
    try {
      await this.transport.send(smtp, message)
    } catch (err) {
      if (err instanceof MailServerTrouble) this.onTrouble(smtp, err)
      else this.#server.onAnswer(smtp)
      throw err
    }
    if (this.#server.onAnswer(smtp)) this.log.info('the mail server takes mail again')
  }

  private onTrouble(smtp: SmtpSettings, { message, step }: MailServerTrouble): void {
    if (!this.#server.onTrouble(smtp, message, this.clock())) return
    this.log.warn({ step, reason: message }, 'the mail server is of no use: all mail waits')
  }

  private compose(mail: Mail, settings: Settings): MailMessage {
    if (!mail.variablesSealed) throw new MailRejected('the contents of this mail were erased')
    const variables = JSON.parse(
      this.sealer.open(mail.variablesSealed, mailIdentity(mail.messageId)),
    )
    const { kind, recipient, language } = mail
    const outgoing = { kind, recipient, language, variables } as OutgoingMail
    return toMessage(outgoing, mail, settings, this.urls)
  }
}
