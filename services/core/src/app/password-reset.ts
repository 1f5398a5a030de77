import { type Db, inTransaction, type Tx } from '../db/database.js'
import * as passwordResetRequests from '../db/password-reset-requests.js'
import * as passwordResetSessions from '../db/password-reset-sessions.js'
import * as passwordResetTokens from '../db/password-reset-tokens.js'
import { after, type Clock, toWholeSeconds } from '../domain/clock.js'
import { LIVE_SESSIONS_MAX, startRefusal } from '../domain/enrollment-token.js'
import { DomainError } from '../domain/errors.js'
import { typedEmail } from '../domain/password-reset.js'
import { newSecret, type SecretHash, type SecretKind } from '../domain/secret.js'
import { audit } from './audit.js'
import type { CallLimits } from './call-limits.js'
import type { Caller } from './caller.js'
import { tokenHash } from './session-gate.js'
import { type RefusedStart, refuseStart } from './start-refusals.js'

const STARTABLE = new Set<SecretKind>(['passwordReset'])
const REFUSED_START: RefusedStart = {
  action: 'password_reset.refused',
  objectKind: 'password_reset_token',
  find: passwordResetTokens.findWithUser,
}

/** Asking for a link to set another password with, and opening it. */
export class PasswordReset {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly sessionTimeoutMs: number,
    private readonly limits: CallLimits,
  ) {}

  /**
   * Only notes the address: what follows from it is the worker's, and nothing of it shows here.
   * @throws DomainError `rate_limited`
   */
  async request(email: string, caller: Caller): Promise<void> {
    const now = this.clock()
    await this.limits.countAddress('resetRequests', caller, now)
    await passwordResetRequests.insert(this.db, {
      email: typedEmail(email),
      requestedAt: now,
      ip: caller.ip ?? null,
      userAgent: caller.userAgent ?? null,
      requestId: caller.requestId ?? null,
    })
  }

  /**
   * Opens a session for a token. The first start sets the deadline, later ones share it.
   * @throws DomainError `token_…`, `wrong_token_kind`, `reset_start_user_disabled`, `rate_limited`
   */
  async start(
    token: string,
    caller: Caller,
  ): Promise<{ sessionSecret: string; sessionDeadline: Date }> {
    const now = this.clock()
    try {
      const hash = tokenHash(token.trim(), STARTABLE)
      return await inTransaction(this.db, (tx) => this.startIn(tx, hash, caller, now))
    } catch (err) {
      if (!(err instanceof DomainError)) throw err
      throw await refuseStart(this.db, this.limits, REFUSED_START, err, token, caller, now)
    }
  }

  private async startIn(tx: Tx, hash: SecretHash, caller: Caller, now: Date) {
    const deadline = toWholeSeconds(after(now, this.sessionTimeoutMs))
    const startsMax = this.limits.limits.startsPerToken
    const token = await passwordResetTokens.start(tx, hash, now, deadline, startsMax)
    if (!token) throw await refusal(tx, hash, now, startsMax)
    const session = newSecret('passwordResetSession')
    const sessionId = await passwordResetSessions.insert(tx, {
      passwordResetTokenId: token.id,
      sessionHash: session.hash,
      createdAt: now,
    })
    // start() holds the token's row, so the starts of one token take turns here.
    await passwordResetSessions.endAllButNewest(tx, token.id, LIVE_SESSIONS_MAX, now)
    const actor = { kind: 'person', id: token.userId, name: token.username, caller } as const
    const object = { kind: 'password_reset_token', id: token.id, name: token.username } as const
    await audit(tx, now, actor, 'password_reset.started', object, {
      details: { session: sessionId },
    })
    return { sessionSecret: session.secret, sessionDeadline: token.sessionDeadline }
  }
}

/** Explains why the guard of a start let nothing through; decides nothing. */
async function refusal(
  tx: Tx,
  hash: SecretHash,
  now: Date,
  startsMax: number,
): Promise<DomainError> {
  const token = await passwordResetTokens.findWithUser(tx, hash)
  if (!token) return new DomainError('token_unknown')
  const mayReset = token.isActive && token.passwordHash !== null
  return mayReset
    ? startRefusal(token, now, startsMax)
    : new DomainError('reset_start_user_disabled')
}
