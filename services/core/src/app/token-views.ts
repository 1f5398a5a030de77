import type { TokenListEntry } from '../db/enrollment-token-entries.js'
import { stateOf, type TokenState } from '../domain/enrollment-token.js'

/** A token as admins see it. */
export type TokenView = TokenListEntry & { readonly state: TokenState }

export function withState(token: TokenListEntry, now: Date): TokenView {
  return { ...token, state: stateOf(token, now) }
}
