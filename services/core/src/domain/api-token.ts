const DAY_MS = 24 * 3_600_000

export const API_TOKEN_LIFE = { minMs: 5 * 60_000, defaultMs: 90 * DAY_MS, maxMs: 365 * DAY_MS }

export type ApiTokenState = 'active' | 'expired' | 'revoked'

export function stateOfApiToken(
  token: { readonly revokedAt: Date | null; readonly expiresAt: Date },
  now: Date,
): ApiTokenState {
  if (token.revokedAt) return 'revoked'
  return now < token.expiresAt ? 'active' : 'expired'
}
