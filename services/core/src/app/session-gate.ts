import type { SessionContext } from '../db/enrollment-sessions.js'
import { isPersonAble, isRunning } from '../domain/enrollment-token.js'
import { DomainError, type ErrorReason } from '../domain/errors.js'
import { hashSecret, kindOfSecret, type SecretHash } from '../domain/secret.js'

/** The hash to look a session up by. Says no to what cannot be one without asking the database. */
export function sessionHash(secret: string): SecretHash {
  if (secret === '') throw new DomainError('no_session')
  const kind = kindOfSecret(secret)
  if (kind === 'enrollmentSession') return hashSecret(secret)
  // A token is no session of any kind, not even of its own.
  const isSession = kind === 'passwordResetSession' || kind === 'adminSession'
  throw new DomainError(isSession ? 'session_wrong_kind' : 'session_unknown')
}

export type LiveSession = SessionContext & { readonly sessionDeadline: Date }

/**
 * The session, if it may act now. Every step gets its person through this gate.
 * @param whenDisabled how this step refuses a disabled person
 */
export function admit(
  context: SessionContext | undefined,
  now: Date,
  whenDisabled: ErrorReason,
): LiveSession {
  if (!context) throw new DomainError('session_unknown')
  if (!isPersonAble(context)) throw new DomainError(whenDisabled)
  if (context.endedAt || !isRunning(context, now)) throw new DomainError('session_over')
  return context as LiveSession
}
