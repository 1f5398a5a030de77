import { after } from './clock.js'

/** How long a mail is tried before its admin has to look. */
export const GIVE_UP_AFTER_MS = 3 * 24 * 3_600_000

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const PAUSES_MS = [10 * SECOND_MS, 30 * SECOND_MS, 2 * MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS]
const PAUSE_MAX_MS = 60 * MINUTE_MS
/** A server that is back is noticed within this time, however long it was away. */
const PROBE_PAUSE_MAX_MS = 2 * MINUTE_MS
/** Keeps the mails that one outage held up from all coming back at the same moment. */
const JITTER = 0.2

/**
 * When a mail is tried again after its `attempts`-th failure.
 * @param random 0 ≤ random < 1: how much is added to the pause
 */
export function nextAttemptAt(attempts: number, now: Date, random: number): Date {
  const pause = PAUSES_MS[Math.max(attempts, 1) - 1] ?? PAUSE_MAX_MS
  return after(now, Math.round(pause * (1 + JITTER * random)))
}

/** When one mail is to find out whether the server is back, after `failures` of them in vain. */
export function nextProbeAt(failures: number, now: Date): Date {
  const pause = PAUSES_MS[failures] ?? PAUSE_MAX_MS
  return after(now, Math.min(pause, PROBE_PAUSE_MAX_MS))
}
