import { judgeToken } from '../crypto/token-checksum.js'
import type { DeadEndReason } from './flow.js'

/*
 * Where somebody stands who forgot their password, as a union like that of the enrollment (flow.ts).
 * What a link is for can be seen without asking anybody, so a wrong one stops before the first call.
 */

export type ResetDeadEndReason = DeadEndReason | 'token_mistyped'

export type PasswordReset =
  /** `email` is what was typed before, to be corrected. */
  | { readonly phase: 'asking'; readonly email: string }
  /** The same whoever asked for whom: nobody learns who has an account. */
  | { readonly phase: 'asked'; readonly email: string }
  /** The mailed link is open, and nothing was sent: mail scanners open links too. */
  | { readonly phase: 'link_opened'; readonly token: string }
  /** `endsAt` by the clock of this browser (milliseconds). */
  | { readonly phase: 'choosing'; readonly token: string; readonly endsAt: number }
  | { readonly phase: 'changed' }
  /** The link is an invitation, which has its own page. */
  | { readonly phase: 'invitation'; readonly token: string }
  | { readonly phase: 'dead_end'; readonly reason: ResetDeadEndReason }

export type PasswordResetEvent =
  | { readonly type: 'token_given'; readonly token: string }
  | { readonly type: 'asked'; readonly email: string }
  | { readonly type: 'back' }
  | { readonly type: 'started'; readonly endsAt: number }
  | { readonly type: 'changed' }
  | { readonly type: 'time_up' }
  | { readonly type: 'refused'; readonly reason: DeadEndReason }
  | { readonly type: 'new_link_wanted' }

/** The flow to begin with; `linkToken` is the token of the opened link. */
export function openedReset(linkToken: string | undefined): PasswordReset {
  if (linkToken === undefined) return { phase: 'asking', email: '' }
  switch (judgeToken(linkToken)) {
    case 'mistyped':
      return { phase: 'dead_end', reason: 'token_mistyped' }
    case 'enrollment':
    case 'desktop_activation':
    case 'network_device':
      return { phase: 'invitation', token: linkToken }
    case 'other_kind':
      return { phase: 'dead_end', reason: 'wrong_token_kind' }
    case 'password_reset':
    case 'foreign': // core knows best
      return { phase: 'link_opened', token: linkToken }
  }
}

/** The flow after an event. An event that has no meaning where the person stands changes nothing. */
export function nextReset(flow: PasswordReset, event: PasswordResetEvent): PasswordReset {
  if (event.type === 'token_given') {
    // The link that is in use already, opened once more in this tab.
    return 'token' in flow && flow.token === event.token ? flow : openedReset(event.token)
  }
  if (event.type === 'new_link_wanted') return openedReset(undefined)
  switch (flow.phase) {
    case 'asking':
      return event.type === 'asked' ? { phase: 'asked', email: event.email } : flow
    case 'asked':
      return event.type === 'back' ? { phase: 'asking', email: flow.email } : flow
    case 'link_opened':
      if (event.type === 'refused') return { phase: 'dead_end', reason: event.reason }
      if (event.type !== 'started') return flow
      return { phase: 'choosing', token: flow.token, endsAt: event.endsAt }
    case 'choosing':
      if (event.type === 'changed') return { phase: 'changed' }
      if (event.type === 'refused') return { phase: 'dead_end', reason: event.reason }
      return event.type === 'time_up' ? { phase: 'dead_end', reason: 'session_over' } : flow
    case 'changed':
    case 'invitation':
    case 'dead_end':
      return flow
  }
}

/**
 * What a tab keeps over a reload: the link, until it is used or dead, and when its time ends. The
 * session itself is in a cookie that this page cannot read, and needs not: a start can be repeated.
 */
export function toSavedReset(flow: PasswordReset): string | undefined {
  switch (flow.phase) {
    case 'link_opened':
      return JSON.stringify({ token: flow.token })
    case 'choosing':
      return JSON.stringify({ token: flow.token, endsAt: flow.endsAt })
    default:
      return undefined
  }
}

/** A link that was opened wins over what the tab kept, unless it is the very same. */
export function restoredReset(
  kept: string | undefined,
  linkToken: string | undefined,
  now: number,
): PasswordReset {
  const { token, endsAt } = kept === undefined ? {} : parseSaved(kept)
  if (token === undefined) return openedReset(linkToken)
  if (linkToken !== undefined && linkToken !== token) return openedReset(linkToken)
  if (endsAt === undefined) return openedReset(token)
  if (now >= endsAt) return { phase: 'dead_end', reason: 'session_over' }
  return { phase: 'choosing', token, endsAt }
}

function parseSaved(text: string): { readonly token?: string; readonly endsAt?: number } {
  try {
    return JSON.parse(text)
  } catch {
    return {} // not written by this page: begin anew
  }
}
