import {
  TokenKind,
  type Token as TokenMessage,
  TokenState,
} from '@defguard/proto/admin/v1/enrollments'
import type { TokenView } from '../app/token-views.js'
import type { TokenKind as Kind, TokenState as State } from '../domain/enrollment-token.js'
import { isWaiting } from '../domain/mail.js'
import { toUnixSeconds } from './timestamps.js'

export const TOKEN_KINDS: Readonly<Record<Kind, TokenKind>> = {
  enrollment: TokenKind.ENROLLMENT,
  desktop_activation: TokenKind.DESKTOP_ACTIVATION,
  network_device: TokenKind.NETWORK_DEVICE,
}

export const TOKEN_STATES: Readonly<Record<State, TokenState>> = {
  open: TokenState.OPEN,
  in_progress: TokenState.IN_PROGRESS,
  activated: TokenState.ACTIVATED,
  over: TokenState.OVER,
  expired: TokenState.EXPIRED,
  revoked: TokenState.REVOKED,
}

export function toToken(token: TokenView): TokenMessage {
  return {
    id: token.id,
    kind: TOKEN_KINDS[token.kind],
    user: token.username,
    state: TOKEN_STATES[token.state],
    issued_by: token.issuerUsername ?? undefined,
    issued_timestamp: toUnixSeconds(token.issuedAt),
    expires_timestamp: toUnixSeconds(token.expiresAt),
    deadline_timestamp: token.sessionDeadline ? toUnixSeconds(token.sessionDeadline) : undefined,
    mail: token.mailState ?? undefined,
    mail_id: token.mailId ?? undefined,
    mail_error: token.mailError ?? undefined,
    mail_next_attempt_timestamp: nextAttemptOf(token),
  }
}

function nextAttemptOf({ mailState, mailNextAttemptAt }: TokenView): number | undefined {
  if (mailState === null || mailNextAttemptAt === null || !isWaiting(mailState)) return undefined
  return toUnixSeconds(mailNextAttemptAt)
}
