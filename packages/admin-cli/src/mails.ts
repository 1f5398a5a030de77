import {
  type Mail,
  type MailAttempt,
  MailAttemptState,
  MailState,
} from '@defguard/proto/admin/v1/mail'
import { facts, type Text, table } from './table.js'
import { toLocalTime, toRfc3339 } from './timestamps.js'
import { wordOf } from './words.js'

export const NO_SERVER_HINT =
  'Mail server is not configured, so mail waits: defguard-admin settings set smtp_server HOST'

export function toMailJson(mail: Mail) {
  return {
    id: mail.id,
    kind: mail.kind,
    recipient: mail.recipient,
    language: mail.language,
    state: wordOf(MailState, mail.state),
    attempts: mail.attempts,
    created_at: toRfc3339(mail.created_timestamp),
    next_attempt_at: optional(mail.next_attempt_timestamp, toRfc3339) ?? null,
    sent_at: optional(mail.sent_timestamp, toRfc3339) ?? null,
    last_error: mail.last_error ?? null,
    token: mail.token_id ?? null,
    user: mail.user ?? null,
    message_id: mail.message_id,
    has_contents: mail.has_contents,
  }
}

export function toAttemptJson(attempt: MailAttempt) {
  return {
    number: attempt.number,
    started_at: toRfc3339(attempt.started_timestamp),
    ended_at: optional(attempt.ended_timestamp, toRfc3339) ?? null,
    state: wordOf(MailAttemptState, attempt.state),
    error: attempt.error ?? null,
    server: attempt.server,
  }
}

/** Where a mail stands, why, and when it is tried next. */
export function mailWords(state: string, error: string | undefined, next: number | undefined) {
  const why = error === undefined ? state : `${state}: ${error}`
  return next === undefined ? why : `${why}; next ${toLocalTime(next)}`
}

export function mailFacts(mail: Mail): Text {
  return facts({
    Id: mail.id,
    Kind: mail.kind,
    To: mail.recipient,
    Person: mail.user,
    Link: mail.token_id,
    State: wordOf(MailState, mail.state),
    'Last error': mail.last_error,
    Written: toLocalTime(mail.created_timestamp),
    'Next attempt': optional(mail.next_attempt_timestamp, toLocalTime),
    Sent: optional(mail.sent_timestamp, toLocalTime),
    Contents: mail.has_contents ? 'kept, sealed' : 'erased',
    'Message-ID': mail.message_id,
  })
}

export function attemptTable(attempts: readonly MailAttempt[]): Text {
  return table(attempts, {
    ATTEMPT: (attempt) => attempt.number,
    STARTED: (attempt) => toLocalTime(attempt.started_timestamp),
    ENDED: (attempt) => optional(attempt.ended_timestamp, toLocalTime),
    SERVER: (attempt) => attempt.server,
    RESULT: (attempt) => wordOf(MailAttemptState, attempt.state),
    ERROR: (attempt) => attempt.error,
  })
}

function optional<T>(value: number | undefined, show: (value: number) => T): T | undefined {
  return value === undefined ? undefined : show(value)
}
