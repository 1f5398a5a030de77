import { lockRequest } from '../db/advisory-locks.js'
import type { ApiTokenRow } from '../db/api-tokens.js'
import * as apiTokens from '../db/api-tokens.js'
import { type Db, inTransaction, type Tx } from '../db/database.js'
import { API_TOKEN_LIFE, type ApiTokenState, stateOfApiToken } from '../domain/api-token.js'
import { after, type Clock } from '../domain/clock.js'
import { assertNoViolations, DomainError, type Violation } from '../domain/errors.js'
import { parseScope, SCOPES } from '../domain/scope.js'
import { newSecret } from '../domain/secret.js'
import { parseName } from '../domain/user.js'
import { type Actor, asActor, audit, auditAll } from './audit.js'
import type { InSession } from './caller.js'
import { type PageOf, type PageRequest, pageOf, parsePage } from './paging.js'
import { parseRequestId } from './request-id.js'
import { lockInSession } from './targets.js'

export type ApiTokenView = ApiTokenRow & { readonly state: ApiTokenState }

export interface NewApiToken {
  readonly requestId: string
  readonly name: string
  readonly scopes: readonly string[]
  /** Undefined means the default. */
  readonly expiresInMs: number | undefined
}

/** What programs act with in the name of somebody who administers. */
export class ApiTokens {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes a token of the caller. The same request id again is the same token, with a fresh secret
   * while nobody has used it: the first is gone with its answer.
   * @returns an empty secret where the token is in use already, or dead
   * @throws DomainError `invalid_argument` with every problem, `already_exists`, `not_logged_in`
   */
  async create(
    owner: InSession,
    request: NewApiToken,
  ): Promise<{ token: ApiTokenView; secret: string }> {
    const { requestId, ...fields } = parse(request)
    const { secret, hash } = newSecret('apiToken')
    return inTransaction(this.db, async (tx) => {
      const now = this.clock()
      await lockRequest(tx, requestId)
      await lockInSession(tx, owner)
      const earlier = requestId && (await apiTokens.findByRequestId(tx, owner.userId, requestId))
      if (earlier) {
        const isFresh = await apiTokens.replaceUnused(tx, earlier.id, hash, now)
        return { token: withState(earlier, now), secret: isFresh ? secret : '' }
      }
      const { name, scopes, lifeMs } = fields
      const id = await apiTokens.insert(tx, {
        userId: owner.userId,
        name,
        tokenHash: hash,
        scopes,
        createdAt: now,
        expiresAt: after(now, lifeMs),
        requestId,
      })
      const token = await get(tx, id)
      const details = { scopes, expires_at: token.expiresAt.toISOString() }
      await audit(tx, now, asActor(owner), 'api_token.created', objectOf(token), { details })
      return { token: withState(token, now), secret }
    })
  }

  /** One's own, or for a full admin everybody's, or of the person with this username. */
  async list(
    by: InSession,
    filter: { readonly username: string },
    request: PageRequest,
  ): Promise<PageOf<ApiTokenView>> {
    const page = parsePage(request)
    const now = this.clock()
    const { items, nextPageToken } = pageOf(
      await apiTokens.list(
        this.db,
        {
          ...(by.role !== 'admin' && { userId: by.userId }),
          ...(filter.username !== '' && { username: filter.username }),
        },
        page,
      ),
      page,
    )
    return { items: items.map((token) => withState(token, now)), nextPageToken }
  }

  /**
   * Withdraws a token of one's own; a full admin anybody's. Calls that have begun with it are over
   * before, or refused.
   * @throws DomainError `not_found`
   */
  async revoke(by: InSession, id: number): Promise<ApiTokenView> {
    return inTransaction(this.db, async (tx) => {
      const now = this.clock()
      const token = await apiTokens.find(tx, id)
      const isTheirs = token?.userId === by.userId || by.role === 'admin'
      if (!token || !isTheirs) throw new DomainError('not_found', `no API token with the id ${id}`)
      await lockInSession(tx, by)
      if (await apiTokens.revoke(tx, id, now))
        await audit(tx, now, asActor(by), 'api_token.revoked', objectOf(token))
      return withState(await get(tx, id), now)
    })
  }
}

/** Withdraws all tokens of people who may not act with them any more. */
export async function revokeApiTokensOf(
  tx: Tx,
  actor: Actor,
  userIds: readonly number[],
  now: Date,
): Promise<void> {
  if (userIds.length === 0) return
  const revoked = await apiTokens.revokeOfUsers(tx, userIds, now)
  await auditAll(tx, now, actor, 'api_token.revoked', revoked.map(objectOf))
}

function parse(request: NewApiToken) {
  const violations: Violation[] = []
  const refuse = (field: string, message: string) => void violations.push({ field, message })
  const requestId = parseRequestId(request.requestId, violations)
  const name = parseName(request.name)
  if (name === undefined) refuse('name', 'must be 1 to 100 characters, without control characters')
  const scopes = new Set(request.scopes.map(parseScope))
  if (scopes.size === 0 || scopes.has(undefined))
    refuse('scopes', `must be one or more of ${SCOPES.join(', ')}`)
  const { minMs, defaultMs, maxMs } = API_TOKEN_LIFE
  const lifeMs = request.expiresInMs ?? defaultMs
  if (lifeMs < minMs || lifeMs > maxMs)
    refuse('expires_in_seconds', 'must be from 5 minutes to 365 days')
  assertNoViolations(violations)
  return {
    requestId,
    name: name ?? '',
    scopes: [...scopes].filter((scope) => scope !== undefined).sort(),
    lifeMs,
  }
}

async function get(tx: Tx, id: number): Promise<ApiTokenRow> {
  const token = await apiTokens.find(tx, id)
  if (!token) throw new Error('An API token is gone while its row is held.')
  return token
}

function withState(token: ApiTokenRow, now: Date): ApiTokenView {
  return { ...token, state: stateOfApiToken(token, now) }
}

function objectOf({ id, name }: { id: number; name: string }) {
  return { kind: 'api_token', id, name } as const
}
