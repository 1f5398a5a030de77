import { DomainError } from './errors.js'

/** So many in a window, which opens with the first. */
export interface Rate {
  readonly max: number
  readonly windowMs: number
}

/** Several rates hold side by side; none: no limit. */
export type Limit = readonly Rate[]

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const UNIT_MS = { s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS, d: 24 * HOUR_MS } as const

/** How often callers may do what; each is a variable, `DEFGUARD_LIMIT_LOGINS` for `logins`. */
export const DEFAULT_LIMITS = {
  /** Starts with tokens that do not exist, per address. Real tokens are never counted here. */
  tokenGuesses: [
    { max: 20, windowMs: MINUTE_MS },
    { max: 100, windowMs: HOUR_MS },
  ],
  /** Polls with tokens that do not exist, per address. */
  pollGuesses: [{ max: 30, windowMs: MINUTE_MS }],
  /** Per polling token. */
  polls: [{ max: 10, windowMs: MINUTE_MS }],
  /** Attempts to set a password or prove a second factor, per session. */
  sessionAttempts: [{ max: 60, windowMs: MINUTE_MS }],
  /** What else makes something new, per session. */
  sessionCalls: [{ max: 120, windowMs: MINUTE_MS }],
  /** Requests for a reset link, per address. */
  resetRequests: [{ max: 30, windowMs: HOUR_MS }],
  /** Notes, and requests for another link, per address. */
  helpRequests: [{ max: 20, windowMs: HOUR_MS }],
  /** Per address; those that succeed do not count. */
  logins: [{ max: 30, windowMs: MINUTE_MS }],
  /** Wrong passwords of one account from one address: the last one locks, for `loginLockMs`. */
  loginFailures: [{ max: 5, windowMs: MINUTE_MS }],
  /** Wrong passwords of one account from everywhere: each beyond makes strangers wait. */
  loginFailuresOfAccount: [{ max: 20, windowMs: HOUR_MS }],
  /** Calls of a login or an API token. */
  adminCalls: [{ max: 600, windowMs: MINUTE_MS }],
} as const satisfies Readonly<Record<string, Limit>>

export type LimitName = keyof typeof DEFAULT_LIMITS

export interface Limits extends Readonly<Record<LimitName, Limit>> {
  /** How often one token may be started in its window. */
  readonly startsPerToken: number
  /** How long an account is locked to an address that failed too often. */
  readonly loginLockMs: number
}

/** Where only one rate makes sense. */
export const SINGLE_RATE: readonly LimitName[] = ['loginFailures', 'loginFailuresOfAccount']

export const STARTS_PER_TOKEN = 200
/** More than a column of the database counts. */
export const STARTS_UNLIMITED = 2 ** 31 - 1
export const LOGIN_LOCK_MS = 5 * MINUTE_MS

export const LIMIT_NAMES = Object.keys(DEFAULT_LIMITS) as LimitName[]

/** `20/1m`, `20/1m,100/1h` or `off`; undefined for anything else. */
export function parseLimit(text: string): Limit | undefined {
  if (text === 'off') return []
  const rates = text.split(',').map((part) => {
    const [, max, count, unit] = /^([1-9]\d{0,6})\/(\d{1,4})([smhd])$/.exec(part.trim()) ?? []
    const windowMs = Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS]
    return windowMs > 0 ? { max: Number(max), windowMs } : undefined
  })
  return rates.every((rate) => rate !== undefined) ? rates : undefined
}

/** @param waitMs is rounded up: who comes back then is let in */
export function tooManyRequests(waitMs: number): DomainError {
  const seconds = Math.max(1, Math.ceil(waitMs / SECOND_MS))
  return new DomainError('rate_limited', 'too many requests', [], seconds)
}
