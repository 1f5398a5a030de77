import type { CredentialOwner } from '../db/admin-credentials.js'
import * as adminCredentials from '../db/admin-credentials.js'
import * as apiTokens from '../db/api-tokens.js'
import type { Db } from '../db/database.js'
import type { Clock } from '../domain/clock.js'
import { DomainError, type ErrorReason } from '../domain/errors.js'
import type { Limits } from '../domain/limits.js'
import { isGranted } from '../domain/scope.js'
import { hashSecret, kindOfSecret } from '../domain/secret.js'
import { type Role, strongestOf } from '../domain/user.js'
import { type Access, type Admitted, type CallArea, rolesOf, scopeOf } from './access.js'
import { asActor } from './audit.js'
import { LocalLimit } from './call-limits.js'
import type { Caller, LoggedIn, UsedApiToken } from './caller.js'
import { auditGuess } from './start-refusals.js'

/** What a call needs of whoever makes it. */
export interface Need<A extends Access = Access> {
  readonly area: CallArea
  readonly access: A
}

/** Whom a credential belongs to, as of now. */
export interface Identity extends CredentialOwner {
  readonly role: Role
  readonly expiresAt: Date
  /** Absent for an API token, which is then there. */
  readonly sessionId?: number
  readonly apiToken?: UsedApiToken
}

const TOKEN_REFUSED = 'api_token.refused'
const REFUSED_TO_TOKENS: readonly ErrorReason[] = [
  'scope_missing',
  'login_required',
  'not_allowed',
  'mfa_setup_required',
]
const REFUSED_TO_PEOPLE: readonly ErrorReason[] = ['not_allowed']

/** The door of all administrative calls: sessions and API tokens, and what each of them may. */
export class AdminGate {
  /** In memory: a statement for each would double what a small call costs, and callers are known. */
  readonly #calls: LocalLimit

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    limits: Limits,
  ) {
    this.#calls = new LocalLimit(limits.adminCalls)
  }

  /**
   * Who makes the call, if they may.
   * @throws DomainError `not_logged_in`, `mfa_setup_required`, `not_allowed`; for an API token also
   * `scope_missing`, `login_required`, `rate_limited`
   */
  async admit<A extends Access>(
    secret: string,
    need: Need<A>,
    caller: Caller,
  ): Promise<Admitted<A>> {
    return this.letIn(await this.identify(secret, caller), need, caller)
  }

  /** The same again while a call runs. */
  async check<A extends Access>(
    secret: string,
    need: Need<A>,
    caller: Caller,
  ): Promise<Admitted<A>> {
    return this.letIn(await this.find(secret, caller), need, caller)
  }

  /**
   * Whom the session or the API token of a call belongs to, whatever it may.
   * @throws DomainError `not_logged_in`, `rate_limited`
   */
  async identify(secret: string, caller: Caller): Promise<Identity> {
    const identity = await this.find(secret, caller)
    const { sessionId, apiToken } = identity
    this.#calls.count(apiToken ? `token ${apiToken.id}` : `session ${sessionId}`, this.clock())
    return identity
  }

  /** Records what somebody was refused for want of a right, wherever on the way of their call. */
  async recordRefusal(who: LoggedIn, err: unknown): Promise<void> {
    const reasons = who.apiToken ? REFUSED_TO_TOKENS : REFUSED_TO_PEOPLE
    if (!(err instanceof DomainError) || !reasons.includes(err.reason)) return
    const action = who.apiToken ? TOKEN_REFUSED : 'auth.refused'
    await auditGuess(this.db, action, err.reason, who.caller, this.clock(), asActor(who))
  }

  private async letIn<A extends Access>(
    identity: Identity,
    need: Need<A>,
    caller: Caller,
  ): Promise<Admitted<A>> {
    const { userId, username, role, sessionId, apiToken } = identity
    const who = {
      userId,
      username,
      role,
      caller,
      ...(sessionId !== undefined && { sessionId }),
      ...(apiToken && { apiToken }),
    }
    try {
      assertMay(identity, need)
    } catch (err) {
      await this.recordRefusal(who, err)
      throw err
    }
    return who as Admitted<A>
  }

  private async find(secret: string, caller: Caller): Promise<Identity> {
    const kind = kindOfSecret(secret)
    if (kind === 'adminSession') return this.findSession(secret)
    if (kind === 'apiToken') return this.findApiToken(secret, caller)
    throw new DomainError('not_logged_in')
  }

  private async findSession(secret: string): Promise<Identity> {
    const session = await adminCredentials.findSession(this.db, hashSecret(secret), this.clock())
    if (!session) throw new DomainError('not_logged_in')
    return { ...withRole(session), expiresAt: session.expiresAt, sessionId: session.id }
  }

  private async findApiToken(secret: string, caller: Caller): Promise<Identity> {
    const now = this.clock()
    const token = await adminCredentials.findApiToken(this.db, hashSecret(secret), now)
    // A token of somebody who administers nothing any more is dead, whatever has ended that.
    if (!token || token.roles.every((role) => role === 'none')) {
      await this.recordDead(secret, caller, now)
      throw new DomainError('not_logged_in')
    }
    if (apiTokens.isLastUseDue(token, now))
      await apiTokens.recordUse(this.db, token.id, caller.ip, now)
    const { id, name, scopes, expiresAt } = token
    return { ...withRole(token), expiresAt, apiToken: { id, name, scopes } }
  }

  /** Its use is refused as that of a guess; whose it was is for the audit log only. */
  private async recordDead(secret: string, caller: Caller, now: Date): Promise<void> {
    const dead = await apiTokens.findByHash(this.db, hashSecret(secret))
    const apiToken = dead && { id: dead.id, name: dead.name }
    const actor = { kind: 'api_token', id: dead?.userId, name: dead?.username, caller } as const
    await auditGuess(this.db, TOKEN_REFUSED, 'not_logged_in', caller, now, {
      ...actor,
      ...(apiToken && { apiToken }),
    })
  }
}

function withRole<O extends CredentialOwner>(owner: O) {
  const roles: readonly Role[] = ['none', ...owner.roles]
  return { ...owner, roles, role: strongestOf(roles) }
}

function assertMay({ roles, isFactorMissing, apiToken }: Identity, { area, access }: Need): void {
  if (isFactorMissing && access !== 'begin') throw new DomainError('mfa_setup_required')
  if (apiToken) assertGranted(apiToken, { area, access })
  const allowed = rolesOf(access)
  if (!roles.some((held) => allowed.includes(held))) throw new DomainError('not_allowed')
}

function assertGranted({ name, scopes }: UsedApiToken, { area, access }: Need): void {
  const needed = scopeOf(area, access)
  if (needed === undefined) throw new DomainError('login_required')
  if (isGranted(scopes, needed)) return
  throw new DomainError('scope_missing', `the API token "${name}" lacks the scope ${needed}`)
}
