import type { Rate } from './limits.js'

const SECOND_MS = 1_000
const WAIT_MAX_MS = 60 * SECOND_MS

/** How long an address counts as one that an account logs in from. */
export const KNOWN_ADDRESS_MS = 30 * 24 * 3_600_000

/** How long a stranger who has waited may take to come back. */
export const TICKET_LIFE_MS = 10 * 60 * SECOND_MS

/** A typed name as a name in the database is compared: names that are one account are one text. */
export function foldLogin(login: string): string {
  return login.trim().normalize('NFKC').toLowerCase()
}

/** How many failures in a row are free: the wait begins with the one that is beyond the rate. */
export function freeFailures({ max }: Rate): number {
  return max + 1
}

/** What a stranger waits for an account with so many failures: a second, then twice as long each. */
export function waitAfter(failures: number, rate: Rate): number {
  const doublings = Math.max(0, failures - freeFailures(rate))
  return Math.min(WAIT_MAX_MS, SECOND_MS * 2 ** doublings)
}
