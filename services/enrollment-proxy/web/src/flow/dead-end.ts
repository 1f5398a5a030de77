import { judgeToken } from '../crypto/token-checksum.js'
import { farewellOf, hasConfiguration } from './farewell.js'
import type { DeadEnd, DeadEndReason, Flow } from './flow.js'

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

/** After these the token was real once, and a new link goes on where it ended. */
const WANT_A_NEW_LINK: readonly DeadEndReason[] = [
  'token_used',
  'token_expired',
  'token_revoked',
  'session_over',
]

/** The page that a refusal leads to; undefined when the person can go on where they are. */
export function deadEndOf(reason: string | undefined): DeadEndReason | undefined {
  return reason === undefined ? undefined : DEAD_ENDS[reason]
}

export function deadEnd(
  reason: DeadEndReason,
  token: string | undefined,
  { admin, farewell }: Partial<Pick<DeadEnd, 'admin' | 'farewell'>> = {},
): DeadEnd {
  return { phase: 'dead_end', reason, token, admin, farewell, hasAskedForLink: false }
}

/** Whoever has an account needs no second invitation; a link to add a device is another matter. */
export function canAskForLink({ reason, token, farewell }: DeadEnd): boolean {
  if (token === undefined || !WANT_A_NEW_LINK.includes(reason)) return false
  return farewell === undefined || judgeToken(token) === 'desktop_activation'
}

/**
 * Where it ends when time is up or core refuses to go on. What needs no session any more stays: the
 * last page, and a configuration that exists only in this page.
 */
export function ended(flow: Flow, reason: DeadEndReason): Flow {
  switch (flow.phase) {
    case 'enrolling':
      return endedEnrolling(flow, reason)
    case 'invited':
      return deadEnd(reason, flow.token)
    case 'resuming':
      return deadEnd(reason, flow.saved.token)
    default:
      return flow
  }
}

function endedEnrolling(flow: Flow & { phase: 'enrolling' }, reason: DeadEndReason): Flow {
  const { page, token, session, device } = flow
  const farewell = farewellOf(flow)
  const isEnrolled = session.user.enrolled
  if (page === 'finish' || (page === 'app' && isEnrolled)) return { phase: 'finished', farewell }
  if (page === 'vpn' && device && hasConfiguration(device))
    return { phase: 'finished', farewell, device }
  return deadEnd(reason, token, {
    admin: session.admin,
    farewell: isEnrolled ? farewell : undefined,
  })
}
