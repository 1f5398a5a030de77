import { after } from './clock.js'

const DAY_MS = 24 * 3_600_000

/** So long before its end a token is said to expire. */
export const EXPIRY_NOTICE_MS = 30 * DAY_MS
/** So long a stream counts as open after its core was last seen to hold it. */
export const STREAM_SILENCE_MS = 60_000

export type GatewayTokenState = 'active' | 'expiring' | 'expired' | 'revoked'

export function stateOfGatewayToken(
  token: { readonly revokedAt: Date | null; readonly expiresAt: Date },
  now: Date,
): GatewayTokenState {
  if (token.revokedAt) return 'revoked'
  if (now >= token.expiresAt) return 'expired'
  return after(now, EXPIRY_NOTICE_MS) >= token.expiresAt ? 'expiring' : 'active'
}
