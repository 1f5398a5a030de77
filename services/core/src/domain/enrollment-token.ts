import { DomainError } from './errors.js'
import { tooManyRequests } from './limits.js'

export type TokenKind = 'enrollment' | 'desktop_activation' | 'network_device'

/** A shorter life could end before the mail has arrived. */
export const TIMEOUT_MIN_MS = 5 * 60_000

/** How many sessions of one token live side by side: browser, reload, desktop, phone, and one spare. */
export const LIVE_SESSIONS_MAX = 5

export interface TokenTimes {
  readonly revokedAt: Date | null
  readonly expiresAt: Date
  readonly sessionDeadline: Date | null
  readonly consumedAt: Date | null
}

export type TokenState = 'open' | 'in_progress' | 'activated' | 'over' | 'expired' | 'revoked'

/** Where a token stands. The only place that looks at its nullable columns. */
export function stateOf(token: TokenTimes, now: Date): TokenState {
  if (token.revokedAt) return 'revoked'
  if (!token.sessionDeadline) return now < token.expiresAt ? 'open' : 'expired'
  if (token.consumedAt) return 'activated'
  return now < token.sessionDeadline ? 'in_progress' : 'over'
}

/** Whether sessions of the token may act: it was started, not revoked, and there is time left. */
export function isRunning(token: TokenTimes, now: Date): boolean {
  return !token.revokedAt && token.sessionDeadline !== null && now < token.sessionDeadline
}

/** Whether the token's person stands in its way. A network device belongs to the company: nobody does. */
export function isPersonAble(token: { kind?: TokenKind; isActive: boolean }): boolean {
  return token.isActive || token.kind === 'network_device'
}

/** Why a token cannot be started; decides nothing, only explains a guard that let nothing through. */
export function startRefusal(
  token: TokenTimes & { readonly startCount: number },
  now: Date,
  startsMax: number,
): DomainError {
  const state = stateOf(token, now)
  if (state === 'revoked') return new DomainError('token_revoked')
  if (state === 'expired') return new DomainError('token_expired')
  const isStartedTooOften = token.sessionDeadline && isRunning(token, now)
  return isStartedTooOften && token.startCount >= startsMax
    ? tooManyRequests(+token.sessionDeadline - +now)
    : new DomainError('token_used')
}
