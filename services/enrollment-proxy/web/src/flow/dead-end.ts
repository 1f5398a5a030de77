import type { DeadEndReason } from './flow.js'

const DEAD_ENDS: Readonly<Record<string, DeadEndReason>> = {
  token_unknown: 'token_unknown',
  token_used: 'token_used',
  token_expired: 'token_expired',
  token_revoked: 'token_revoked',
  wrong_token_kind: 'wrong_token_kind',
  session_over: 'session_over',
  no_session: 'session_over',
  user_disabled: 'user_disabled',
}

/** The page that a refusal leads to; undefined when the person can go on where they are. */
export function deadEndOf(reason: string | undefined): DeadEndReason | undefined {
  return reason === undefined ? undefined : DEAD_ENDS[reason]
}
