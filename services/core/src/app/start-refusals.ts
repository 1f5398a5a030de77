import * as auditEvents from '../db/audit-events.js'
import type { Db } from '../db/database.js'
import * as enrollmentTokens from '../db/enrollment-tokens.js'
import { after } from '../domain/clock.js'
import type { ErrorReason } from '../domain/errors.js'
import { hashSecret } from '../domain/secret.js'
import { audit } from './audit.js'
import type { Caller } from './caller.js'

const ACTION = 'enrollment.start_refused'
/** Guesses are summed up: one event per address in this time. */
const GUESSES_MS = 60_000

/** Records a refused start: a real token by its id, guesses once a minute and address. */
export async function auditStartRefusal(
  db: Db,
  reason: ErrorReason,
  token: string,
  caller: Caller,
  now: Date,
): Promise<void> {
  if (reason === 'token_unknown' || reason === 'wrong_token_kind') {
    const guess = { action: ACTION, reason, ip: caller.ip ?? null }
    if (await auditEvents.hasRecent(db, guess, after(now, -GUESSES_MS))) return
    return audit(db, now, { kind: 'person', caller }, ACTION, undefined, { refusal: reason })
  }
  const real = await enrollmentTokens.findWithUser(db, hashSecret(token.trim()))
  const actor = { kind: 'person', id: real?.userId, name: real?.username, caller } as const
  await audit(
    db,
    now,
    actor,
    ACTION,
    { kind: 'enrollment_token', id: real?.id },
    { refusal: reason },
  )
}
