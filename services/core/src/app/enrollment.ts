import { type Db, inTransaction, type Tx } from '../db/database.js'
import * as enrollmentSessions from '../db/enrollment-sessions.js'
import * as enrollmentTokens from '../db/enrollment-tokens.js'
import * as mfaSetups from '../db/mfa-setups.js'
import * as settingsRow from '../db/settings.js'
import { after, type Clock, toWholeSeconds } from '../domain/clock.js'
import { isPersonAble, LIVE_SESSIONS_MAX, startRefusal } from '../domain/enrollment-token.js'
import { DomainError } from '../domain/errors.js'
import { newSecret, type SecretHash, type SecretKind } from '../domain/secret.js'
import { audit, tokenOf } from './audit.js'
import type { CallLimits } from './call-limits.js'
import type { Caller } from './caller.js'
import { type EnrollmentView, enrollmentView } from './enrollment-view.js'
import type { InstanceUrls } from './instance-settings.js'
import { methodsOf } from './mfa-adoption.js'
import type { OnboardingFailures } from './onboarding-failures.js'
import { followPageLanguage } from './page-language.js'
import { admit, sessionHash, tokenHash } from './session-gate.js'
import { type RefusedStart, refuseStart } from './start-refusals.js'

const STARTABLE = new Set<SecretKind>(['enrollment', 'desktopActivation', 'networkDevice'])
const REFUSED_START: RefusedStart = {
  action: 'enrollment.start_refused',
  objectKind: 'enrollment_token',
  find: enrollmentTokens.findWithUser,
}

/** Opening and reading a person's enrollment. */
export class Enrollment {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly sessionTimeoutMs: number,
    private readonly urls: InstanceUrls & { readonly version: string },
    private readonly failures: OnboardingFailures,
    private readonly limits: CallLimits,
  ) {}

  /**
   * Opens a session for a token. The first start sets the deadline, later ones share it.
   * @throws DomainError `token_…`, `wrong_token_kind`, `start_user_disabled`, `rate_limited`
   */
  async start(
    token: string,
    caller: Caller,
  ): Promise<{ sessionSecret: string; view: EnrollmentView }> {
    const now = this.clock()
    try {
      const hash = tokenHash(token.trim(), STARTABLE)
      return await inTransaction(this.db, (tx) => this.startIn(tx, hash, caller, now))
    } catch (err) {
      if (!(err instanceof DomainError)) throw err
      throw await refuseStart(this.db, this.limits, REFUSED_START, err, token, caller, now)
    }
  }

  private async startIn(tx: Tx, tokenHash: SecretHash, caller: Caller, now: Date) {
    const deadline = toWholeSeconds(after(now, this.sessionTimeoutMs))
    const startsMax = this.limits.limits.startsPerToken
    const token = await enrollmentTokens.start(tx, tokenHash, now, deadline, startsMax)
    if (!token) throw await refusal(tx, tokenHash, now, startsMax)
    const { secret, hash } = newSecret('enrollmentSession')
    const sessionId = await enrollmentSessions.insert(tx, {
      enrollmentTokenId: token.id,
      sessionHash: hash,
      createdAt: now,
      ip: caller.ip ?? null,
      userAgent: caller.userAgent ?? null,
    })
    // start() holds the token's row, so the starts of one token take turns here.
    await enrollmentSessions.endAllButNewest(tx, token.id, LIVE_SESSIONS_MAX, now)
    await followPageLanguage(tx, token.userId, caller)
    const view = await enrollmentView(tx, { ...token, isMfaFinished: false }, this.urls, caller)
    const { username } = view.user
    const actor = { kind: 'person', id: token.userId, name: username, caller } as const
    const object = tokenOf({ tokenId: token.id, username })
    await audit(tx, now, actor, 'enrollment.started', object, { details: { session: sessionId } })
    await this.failures.record(tx, [view.finalPage], now)
    return { sessionSecret: secret, view }
  }

  /** The enrollment of a session as it stands now; changes nothing. */
  async get(sessionSecret: string, caller: Caller): Promise<EnrollmentView> {
    const context = await enrollmentSessions.find(this.db, sessionHash(sessionSecret))
    const session = admit(context, this.clock(), 'session_user_disabled')
    const setup = await mfaSetups.find(this.db, session.sessionId)
    const isMfaFinished = setup !== undefined && methodsOf(setup).length > 0
    return enrollmentView(this.db, { ...session, isMfaFinished }, this.urls, caller)
  }

  /** How the instance presents itself to anybody. */
  instance() {
    return settingsRow.get(this.db)
  }
}

/** Explains why the guard of a start let nothing through; decides nothing. */
async function refusal(
  tx: Tx,
  tokenHash: SecretHash,
  now: Date,
  startsMax: number,
): Promise<DomainError> {
  const token = await enrollmentTokens.findWithUser(tx, tokenHash)
  if (!token) return new DomainError('token_unknown')
  return isPersonAble(token)
    ? startRefusal(token, now, startsMax)
    : new DomainError('start_user_disabled')
}
