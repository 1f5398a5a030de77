import {
  EnrollmentAdminServiceService,
  type Token,
  TokenKind,
  type TokenReference,
  TokenState,
} from '@defguard/proto/admin/v1/enrollments'
import type { CoreClient } from './core-client.js'
import { mailWords } from './mails.js'
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
    ...toLinkMailJson(token),
  }
}

/** What became of the mail that brings a link. */
export function toLinkMailJson(token: Token) {
  const next = token.mail_next_attempt_timestamp
  return {
    mail: token.mail ?? null,
    mail_id: token.mail_id ?? null,
    mail_error: token.mail_error ?? null,
    mail_next_attempt_at: next === undefined ? null : toRfc3339(next),
  }
}

/** The same in words: `failed: 451 try again later; next 2026-01-31 14:05 CET`. */
export function linkMailWords(token: Token): string | undefined {
  const next = token.mail_next_attempt_timestamp
  if (token.mail === undefined || (token.mail_error === undefined && next === undefined))
    return token.mail
  return mailWords(token.mail, token.mail_error, next)
}

/** What makes good that tokens stopped working with their issuer. */
export function revokedHint(revoked: readonly Token[]): string | undefined {
  if (revoked.length === 0) return undefined
  const ids = revoked.map(({ id }) => id).join(' ')
  return `${revoked.length} links they had issued to others no longer work. New ones: defguard-admin enrollment resend ${ids}`
}
