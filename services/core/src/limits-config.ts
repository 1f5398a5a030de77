import type { Env } from '@defguard/runtime/env'
import {
  DEFAULT_LIMITS,
  LIMIT_NAMES,
  type Limit,
  type LimitName,
  type Limits,
  LOGIN_LOCK_MS,
  parseLimit,
  SINGLE_RATE,
  STARTS_PER_TOKEN,
  STARTS_UNLIMITED,
} from './domain/limits.js'

const STARTS = 'DEFGUARD_LIMIT_STARTS_PER_TOKEN'

/** @throws Error with a sentence that names the variable */
export function readLimits(env: Env): Limits {
  const entries = LIMIT_NAMES.map((name) => [name, readLimit(env, name)])
  return {
    ...(Object.fromEntries(entries) as Record<LimitName, Limit>),
    startsPerToken: readStartsPerToken(env),
    loginLockMs: env.duration('DEFGUARD_LOGIN_LOCK', `${LOGIN_LOCK_MS / 1000}s`),
  }
}

/** The variables of the limits that are switched off. */
export function limitsOff(limits: Limits): string[] {
  const off = LIMIT_NAMES.filter((name) => limits[name].length === 0).map(variableOf)
  return limits.startsPerToken === STARTS_UNLIMITED ? [...off, STARTS] : off
}

function readLimit(env: Env, name: LimitName): Limit {
  const text = env.string(variableOf(name))
  const limit = text === undefined ? DEFAULT_LIMITS[name] : parseLimit(text.toLowerCase())
  if (limit === undefined) {
    throw new Error(`${variableOf(name)} must be rates such as 20/1m or 20/1m,100/1h, or off.`)
  }
  if (SINGLE_RATE.includes(name) && limit.length > 1)
    throw new Error(`${variableOf(name)} must be one rate such as 5/1m, or off.`)
  return limit
}

/** Without a time of its own: what counts is the window that the first start opens. */
function readStartsPerToken(env: Env): number {
  if (env.string(STARTS)?.toLowerCase() === 'off') return STARTS_UNLIMITED
  try {
    return env.integer(STARTS, STARTS_PER_TOKEN, { min: 5, max: 1_000_000 })
  } catch {
    throw new Error(`${STARTS} must be a whole number from 5 to 1000000, or off.`)
  }
}

/** `logins` is `DEFGUARD_LIMIT_LOGINS`. */
function variableOf(name: LimitName): string {
  return `DEFGUARD_LIMIT_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
}
