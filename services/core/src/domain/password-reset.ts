import { after } from './clock.js'

const MINUTE_MS = 60_000
/** What one person is mailed at most in an hour, however often somebody types their address. */
const MAILS_PER_HOUR_MAX = 5
export const MAILS_WINDOW_MS = 60 * MINUTE_MS

/** One more than any address on record has, so that what was cut cannot be somebody's. */
const TYPED_EMAIL_MAX_LENGTH = 255

/** An address, or a username, as typed: a text that the database takes, and nobody's where it was cut. */
export function typedEmail(text: string): string {
  return text.trim().slice(0, TYPED_EMAIL_MAX_LENGTH).replaceAll('\u0000', '\uFFFD')
}

/**
 * Whether a person may be sent another link: one a minute, five an hour.
 * @param issuedAt when they were sent one within the last hour
 */
export function mayIssueReset(issuedAt: readonly Date[], now: Date): boolean {
  const isQuiet = issuedAt.every((issued) => issued <= after(now, -MINUTE_MS))
  return isQuiet && issuedAt.length < MAILS_PER_HOUR_MAX
}
