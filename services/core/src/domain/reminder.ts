import { after } from './clock.js'

/** How long before a link ends its person is reminded, and has had it at least by then. */
export const REMINDER_LEAD_MS = 6 * 3_600_000

/** When a person is reminded of a link; undefined where that would come right after it. */
export function reminderAt(issuedAt: Date, expiresAt: Date): Date | undefined {
  const at = after(expiresAt, -REMINDER_LEAD_MS)
  return after(at, -REMINDER_LEAD_MS) < issuedAt ? undefined : at
}
