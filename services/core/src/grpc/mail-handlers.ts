import {
  type MailAttempt as AttemptMessage,
  MailAttemptState,
  type Mail as MailMessage,
  type MailServiceServer,
  MailState,
  SmtpStep,
} from '@defguard/proto/admin/v1/mail'
import type { MailAdministration, MailAttemptView, MailView } from '../app/mail-administration.js'
import type { TestAnswer, TestMails } from '../app/test-mails.js'
import { type AttemptState, isWaiting, type MailState as State } from '../domain/mail.js'
import type { AdminCalls } from './admin-calls.js'
import { toPageRequest } from './page-messages.js'
import { toUnixSeconds } from './timestamps.js'
import { keyOf } from './wire-enums.js'

const STATES: Readonly<Record<State, MailState>> = {
  queued: MailState.QUEUED,
  sending: MailState.SENDING,
  sent: MailState.SENT,
  failed: MailState.FAILED,
  given_up: MailState.GIVEN_UP,
  cancelled: MailState.CANCELLED,
}

const ATTEMPT_STATES: Readonly<Record<AttemptState, MailAttemptState>> = {
  sent: MailAttemptState.SENT,
  failed: MailAttemptState.FAILED,
  given_up: MailAttemptState.GIVEN_UP,
  running: MailAttemptState.RUNNING,
  interrupted: MailAttemptState.INTERRUPTED,
}

const STEPS: Readonly<Record<NonNullable<TestAnswer['stoppedAt']>, SmtpStep>> = {
  connect: SmtpStep.CONNECT,
  tls: SmtpStep.TLS,
  login: SmtpStep.LOGIN,
  sender: SmtpStep.SENDER,
  recipient: SmtpStep.RECIPIENT,
  content: SmtpStep.CONTENT,
  timeout: SmtpStep.TIMEOUT,
}

export interface MailUseCases {
  readonly mails: MailAdministration
  readonly testMails: TestMails
}

export function mailHandlers(
  calls: AdminCalls,
  { mails, testMails }: MailUseCases,
): MailServiceServer {
  return {
    listMails: calls.admin('read', async ({ page, state, token_id, ...filter }) => {
      const wanted = { ...filter, state: keyOf(STATES, state), tokenId: token_id }
      const list = await mails.list(wanted, toPageRequest(page))
      return {
        mails: list.items.map(toMail),
        next_page_token: list.nextPageToken,
        smtp_configured: list.isSmtpConfigured,
      }
    }),

    getMail: calls.admin('read', async ({ id }) => {
      const { mail, attempts } = await mails.get(id)
      return { mail: toMail(mail), attempts: attempts.map(toAttempt) }
    }),

    retryMail: calls.admin('write', async ({ id }, admin) => {
      const { mail, isSmtpConfigured } = await mails.retry(admin, id)
      return { mail: toMail(mail), smtp_configured: isSmtpConfigured }
    }),

    retryMails: calls.admin('write', async ({ state, ...filter }, admin) => {
      const counts = await mails.retryAll(admin, { ...filter, state: keyOf(STATES, state) })
      const { retried, left, isSmtpConfigured } = counts
      return { retried, left, smtp_configured: isSmtpConfigured }
    }),

    cancelMail: calls.admin('write', async ({ id }, admin) => ({
      mail: toMail(await mails.cancel(admin, id)),
    })),

    sendTestMail: calls.admin('write', async ({ address }, admin) => {
      const { mailId, server, answer, stoppedAt } = await testMails.send(admin, address)
      return {
        mail_id: mailId,
        server,
        accepted: stoppedAt === undefined,
        answer,
        stopped_at: stoppedAt ? STEPS[stoppedAt] : SmtpStep.UNSPECIFIED,
      }
    }),
  }
}

function toMail(mail: MailView): MailMessage {
  return {
    id: mail.id,
    kind: mail.kind,
    recipient: mail.recipient,
    language: mail.language,
    state: STATES[mail.state],
    attempts: mail.attempts,
    created_timestamp: toUnixSeconds(mail.createdAt),
    next_attempt_timestamp: isWaiting(mail.state) ? toUnixSeconds(mail.nextAttemptAt) : undefined,
    sent_timestamp: mail.sentAt ? toUnixSeconds(mail.sentAt) : undefined,
    last_error: mail.lastError ?? undefined,
    token_id: mail.enrollmentTokenId ?? undefined,
    user: mail.username ?? undefined,
    message_id: mail.messageId,
    has_contents: mail.hasContents,
  }
}

function toAttempt(attempt: MailAttemptView): AttemptMessage {
  return {
    number: attempt.number,
    started_timestamp: toUnixSeconds(attempt.startedAt),
    ended_timestamp: attempt.endedAt ? toUnixSeconds(attempt.endedAt) : undefined,
    state: ATTEMPT_STATES[attempt.state],
    error: attempt.error ?? undefined,
    server: attempt.server,
  }
}
