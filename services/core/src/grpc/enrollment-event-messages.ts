import {
  EnrollmentEventKind,
  type EnrollmentEvent as EventMessage,
  TokenKind,
} from '@defguard/proto/admin/v1/enrollments'
import type { EnrollmentEvent } from '../app/enrollment-watch.js'
import type { EnrollmentEventKind as EventKind } from '../domain/enrollment-event.js'
import type { ErrorReason } from '../domain/errors.js'
import { refusalOf } from './status.js'
import { toUnixSeconds } from './timestamps.js'
import { TOKEN_KINDS } from './token-messages.js'

const EVENT_KINDS: Readonly<Record<EventKind, EnrollmentEventKind>> = {
  issued: EnrollmentEventKind.ISSUED,
  mail_sent: EnrollmentEventKind.MAIL_SENT,
  mail_failed: EnrollmentEventKind.MAIL_FAILED,
  mail_given_up: EnrollmentEventKind.MAIL_GIVEN_UP,
  mail_retried: EnrollmentEventKind.MAIL_RETRIED,
  mail_cancelled: EnrollmentEventKind.MAIL_CANCELLED,
  started: EnrollmentEventKind.STARTED,
  start_refused: EnrollmentEventKind.START_REFUSED,
  note: EnrollmentEventKind.NOTE,
  new_link_requested: EnrollmentEventKind.NEW_LINK_REQUESTED,
  device_added: EnrollmentEventKind.DEVICE_ADDED,
  activated: EnrollmentEventKind.ACTIVATED,
  activation_refused: EnrollmentEventKind.ACTIVATION_REFUSED,
  revoked: EnrollmentEventKind.REVOKED,
  over: EnrollmentEventKind.OVER,
  expired: EnrollmentEventKind.EXPIRED,
}

export function toEvent(event: EnrollmentEvent): EventMessage {
  return {
    id: event.id,
    timestamp: toUnixSeconds(event.at),
    kind: EVENT_KINDS[event.kind],
    token_id: event.tokenId,
    token_kind: event.tokenKind ? TOKEN_KINDS[event.tokenKind] : TokenKind.UNSPECIFIED,
    user: event.username,
    actor: event.actor,
    device: event.device,
    reason: event.reason && wordOf(event.reason),
    ip: event.ip,
    mail_kind: event.mailKind,
    mail_error: event.mailError,
  }
}

/** The word that callers are told; a reason of an earlier version is kept as it was. */
function wordOf(reason: string): string {
  return refusalOf(reason as ErrorReason)?.publicReason ?? reason
}
