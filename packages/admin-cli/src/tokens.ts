import {
  EnrollmentAdminServiceService,
  type Token,
  TokenKind,
  type TokenReference,
  TokenState,
} from '@defguard/proto/admin/v1/enrollments'
import type { CoreClient } from './core-client.js'
import { pages } from './paging.js'
import { toRfc3339 } from './timestamps.js'
import { numberOf, wordOf } from './words.js'

export interface TokenFilter {
  readonly state?: string | undefined
  readonly kind?: string | undefined
  readonly user?: string | undefined
}

/** Tokens, newest first. */
export function listTokens(core: CoreClient, filter: TokenFilter = {}): AsyncGenerator<Token> {
  const request = {
    state: numberOf(TokenState, filter.state),
    kind: numberOf(TokenKind, filter.kind),
    username: filter.user ?? '',
  }
  return pages(
    (page) => core.call(EnrollmentAdminServiceService.listTokens, { page, ...request }),
    (reply) => reply.tokens,
  )
}

/** What is all digits is a token's id, anything else a username. */
export function toReference(text: string): TokenReference {
  const id = Number(text)
  return /^\d+$/.test(text) && Number.isSafeInteger(id)
    ? { id, username: undefined }
    : { id: undefined, username: text }
}

export function toTokenJson(token: Token) {
  return {
    id: token.id,
    kind: wordOf(TokenKind, token.kind),
    user: token.user,
    state: wordOf(TokenState, token.state),
    issued_by: token.issued_by ?? null,
    issued_at: toRfc3339(token.issued_timestamp),
    expires_at: toRfc3339(token.expires_timestamp),
    deadline: token.deadline_timestamp === undefined ? null : toRfc3339(token.deadline_timestamp),
    mail: token.mail ?? null,
  }
}

/** What makes good that tokens stopped working with their issuer. */
export function revokedHint(revoked: readonly Token[]): string | undefined {
  if (revoked.length === 0) return undefined
  const ids = revoked.map(({ id }) => id).join(' ')
  return `${revoked.length} links they had issued to others no longer work. New ones: defguard-admin enrollment resend ${ids}`
}
