export type MailState = 'queued' | 'sending' | 'sent' | 'failed' | 'given_up' | 'cancelled'
export type AttemptOutcome = 'sent' | 'failed' | 'given_up'
/** One without an outcome goes on, or was interrupted: its worker is gone. */
export type AttemptState = AttemptOutcome | 'running' | 'interrupted'

/** The mails that bring a token to its person; others may be about the same token. */
export const LINK_MAIL_KINDS = ['enrollment_invitation', 'desktop_activation'] as const

/** Whether another attempt is planned. */
export function isWaiting(state: MailState): boolean {
  return state === 'queued' || state === 'failed'
}

export function attemptStateOf(
  attempt: { readonly number: number; readonly outcome: AttemptOutcome | null },
  mail: { readonly attempts: number; readonly leasedUntil: Date | null },
  now: Date,
): AttemptState {
  if (attempt.outcome) return attempt.outcome
  const isLeased = mail.leasedUntil !== null && now < mail.leasedUntil
  return isLeased && attempt.number === mail.attempts ? 'running' : 'interrupted'
}
