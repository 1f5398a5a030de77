import type { SessionContext } from '../db/enrollment-sessions.js'
import {
  isPersonAble,
  isRunning,
  type TokenKind,
  type TokenTimes,
} from '../domain/enrollment-token.js'
import { DomainError, type ErrorReason } from '../domain/errors.js'
import { hashSecret, kindOfSecret, type SecretHash, type SecretKind } from '../domain/secret.js'

// A token is no session of any kind, not even of its own.
const SESSIONS = ['enrollmentSession', 'passwordResetSession', 'adminSession'] as const

/** The hash to look a session up by. Says no to what cannot be one without asking the database. */
export function sessionHash(
  secret: string,
  wanted: (typeof SESSIONS)[number] = 'enrollmentSession',
): SecretHash {
  if (secret === '') throw new DomainError('no_session')
  const kind = kindOfSecret(secret)
  if (kind === wanted) return hashSecret(secret)
  const isSession = SESSIONS.some((session) => session === kind)
  throw new DomainError(isSession ? 'session_wrong_kind' : 'session_unknown')
}

/** The hash to look a token up by, if a start takes tokens of its kind; no other is looked up. */
export function tokenHash(token: string, startable: ReadonlySet<SecretKind>): SecretHash {
  const kind = kindOfSecret(token)
  if (kind === undefined) throw new DomainError('token_unknown')
  if (!startable.has(kind)) throw new DomainError('wrong_token_kind')
  return hashSecret(token)
}

/** What of a session, its token and its person decides whether it may act. */
interface Context extends TokenTimes {
  /** Of an enrollment token. */
  readonly kind?: TokenKind
  readonly isActive: boolean
  readonly endedAt: Date | null
}

type Live<C extends Context> = C & { readonly sessionDeadline: Date }

export type LiveSession = Live<SessionContext>

/**
 * The session, if it may act now. Every step gets its person through this gate.
 * @param whenDisabled how this step refuses a disabled person
 */
export function admit<C extends Context>(
  context: C | undefined,
  now: Date,
  whenDisabled: ErrorReason,
): Live<C> {
  if (!context) throw new DomainError('session_unknown')
  if (!isPersonAble(context)) throw new DomainError(whenDisabled)
  if (context.endedAt || !isRunning(context, now)) throw new DomainError('session_over')
  return context as Live<C>
}
