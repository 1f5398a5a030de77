import * as callCounts from '../db/call-counts.js'
import type { Db } from '../db/database.js'
import { after } from '../domain/clock.js'
import type { DomainError, ErrorReason } from '../domain/errors.js'
import { hashSecret, type SecretHash } from '../domain/secret.js'
import { subscriberOf } from '../domain/subscriber.js'
import { type Actor, type AuditedObject, audit } from './audit.js'
import { type CallLimits, countKey } from './call-limits.js'
import type { Caller } from './caller.js'

/** Guesses are summed up: one event per address in this time. */
const GUESSES_MS = 60_000

/** How the refused starts of one kind of token are recorded. */
export interface RefusedStart {
  readonly action: string
  readonly objectKind: AuditedObject['kind']
  find(
    db: Db,
    tokenHash: SecretHash,
  ): Promise<{ id: number; userId: number; username: string } | undefined>
}

/**
 * Records a refused start: a real token by its id, guesses once a minute and address. Only guesses
 * count against their address, and only after the look-up, so that a real token always passes.
 * @returns what the start is refused with
 */
export async function refuseStart(
  db: Db,
  limits: CallLimits,
  { action, objectKind, find }: RefusedStart,
  err: DomainError,
  token: string,
  caller: Caller,
  now: Date,
): Promise<DomainError> {
  const { reason } = err
  if (reason === 'token_unknown' || reason === 'wrong_token_kind') {
    const isGuess = reason === 'token_unknown'
    const refusal = isGuess ? await limits.guess('tokenGuesses', err, caller, now) : err
    await auditGuess(db, action, refusal.reason, caller, now)
    return refusal
  }
  if (reason === 'rate_limited') {
    await auditGuess(db, action, reason, caller, now)
    return err
  }
  const real = await find(db, hashSecret(token.trim()))
  const actor = { kind: 'person', id: real?.userId, name: real?.username, caller } as const
  const object = { kind: objectKind, id: real?.id, name: real?.username }
  await audit(db, now, actor, action, object, { refusal: reason })
  return err
}

/** Records what anybody can cause at will, in one event per minute and address. */
export async function auditGuess(
  db: Db,
  action: string,
  reason: ErrorReason,
  caller: Caller,
  now: Date,
  actor: Actor = { kind: 'person', caller },
): Promise<void> {
  const rate = { max: 1, windowMs: GUESSES_MS }
  const key = countKey('audit', rate, `${action} ${reason} ${subscriberOf(caller.ip)}`)
  const window = { max: rate.max, endsAt: after(now, rate.windowMs) }
  const [count] = await callCounts.take(db, [key], window, now)
  if (!count?.isTaken) return
  await audit(db, now, actor, action, undefined, { refusal: reason })
}
