import { randomUUID } from 'node:crypto'
import { lockRequest } from '../db/advisory-locks.js'
import { type Db, inTransaction, type Tx } from '../db/database.js'
import type { GatewayRow } from '../db/gateways.js'
import * as gateways from '../db/gateways.js'
import * as locations from '../db/locations.js'
import { after, type Clock, toWholeSeconds } from '../domain/clock.js'
import { assertNoViolations, DomainError, type Violation } from '../domain/errors.js'
import { type GatewayTokenState, stateOfGatewayToken } from '../domain/gateway.js'
import type { GatewayTokenSigner } from '../domain/gateway-token.js'
import { parseName } from '../domain/user.js'
import { asActor, audit, auditAll } from './audit.js'
import type { Admin } from './caller.js'
import { noSuchLocation } from './locations.js'
import { type PageOf, type PageRequest, pageOf, parsePage } from './paging.js'
import { parseRequestId } from './request-id.js'

export type GatewayView = GatewayRow & { readonly state: GatewayTokenState }

/** What gateways show to be told who is a peer of their location. */
export class GatewayTokens {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly signer: GatewayTokenSigner,
    private readonly lifeMs: number,
  ) {}

  /**
   * Makes the token of one gateway. The same request id again is the same token, until a gateway has
   * used it.
   * @returns an empty token where it is in use already, or dead
   * @throws DomainError `invalid_argument`, `not_found`, `already_exists`
   */
  async issue(
    admin: Admin,
    request: { readonly requestId: string; readonly location: string; readonly name: string },
  ): Promise<{ gateway: GatewayView; token: string }> {
    const violations: Violation[] = []
    const requestId = parseRequestId(request.requestId, violations)
    const name = parseName(request.name) ?? ''
    if (name === '')
      violations.push({
        field: 'name',
        message: 'must be 1 to 100 characters, without control characters',
      })
    assertNoViolations(violations)
    return inTransaction(this.db, async (tx) => {
      const now = this.clock()
      await lockRequest(tx, requestId)
      const earlier = requestId && (await gateways.findByRequestId(tx, requestId, now))
      if (earlier) {
        const gateway = withState(earlier, now)
        const isGood = gateway.state === 'active' || gateway.state === 'expiring'
        const isFresh = isGood && gateway.lastSeenAt === null
        if (!isFresh) return { gateway, token: '' }
        await gateways.noteKey(tx, gateway.id, this.signer.keyId)
        return { gateway, token: this.signer.sign(gateway) }
      }
      const location = await locations.findByName(tx, request.location)
      if (!location) throw noSuchLocation(request.location)
      const issuedAt = toWholeSeconds(now)
      const expiresAt = after(issuedAt, this.lifeMs)
      const jti = randomUUID()
      const locationId = location.id
      const { keyId } = this.signer
      const issued = { locationId, name, jti, keyId, issuedAt, issuedBy: admin.userId, expiresAt }
      const gateway = await get(tx, await gateways.insert(tx, { ...issued, requestId }), now)
      const details = { location: location.name, expires_at: expiresAt.toISOString() }
      await audit(tx, now, asActor(admin), 'gateway.token_issued', objectOf(gateway), { details })
      return { gateway: withState(gateway, now), token: this.signer.sign(gateway) }
    })
  }

  async list(
    filter: { readonly location: string },
    request: PageRequest,
  ): Promise<PageOf<GatewayView>> {
    const page = parsePage(request)
    const now = this.clock()
    const rows = await gateways.list(this.db, filter.location || undefined, page, now)
    const { items, nextPageToken } = pageOf(rows, page)
    return { items: items.map((gateway) => withState(gateway, now)), nextPageToken }
  }

  /** Those of a location whose tokens are good, by name. */
  async listGood(locationId: number): Promise<GatewayView[]> {
    const now = this.clock()
    const rows = await gateways.listGood(this.db, locationId, now)
    return rows.map((gateway) => withState(gateway, now))
  }

  /**
   * Ends a token for good. Whether its gateway was connected is as it was then.
   * @throws DomainError `not_found`
   */
  async revoke(admin: Admin, id: number): Promise<GatewayView> {
    return inTransaction(this.db, async (tx) => {
      const now = this.clock()
      const gateway = await gateways.find(tx, id, now)
      if (!gateway) throw new DomainError('not_found', `no gateway with the id ${id}`)
      if (await gateways.revoke(tx, id, now)) {
        const details = { location: gateway.locationName }
        const object = objectOf(gateway)
        await audit(tx, now, asActor(admin), 'gateway.token_revoked', object, { details })
      }
      return { ...gateway, state: 'revoked' }
    })
  }
}

/**
 * Records that the tokens of a location end with it, which the caller holds and deletes.
 * @returns the names of gateways that cannot be told now
 */
export async function endGatewaysOf(
  tx: Tx,
  admin: Admin,
  location: { readonly id: number; readonly name: string },
  now: Date,
): Promise<string[]> {
  const unrevoked = await gateways.listUnrevoked(tx, location.id, now)
  const objects = unrevoked.filter(({ expiresAt }) => expiresAt > now).map(objectOf)
  const details = { location: location.name }
  await auditAll(tx, now, asActor(admin), 'gateway.token_revoked', objects, { details })
  // One whose token expired while it was away has its last peers, too; one that never came has none.
  return unrevoked
    .filter(({ connectedAt, lastSeenAt }) => connectedAt === null && lastSeenAt !== null)
    .map(({ name }) => name)
}

async function get(tx: Tx, id: number, now: Date): Promise<GatewayRow> {
  const gateway = await gateways.find(tx, id, now)
  if (!gateway) throw new Error('A gateway is gone while its row is held.')
  return gateway
}

function withState(gateway: GatewayRow, now: Date): GatewayView {
  return { ...gateway, state: stateOfGatewayToken(gateway, now) }
}

function objectOf({ id, name }: { id: number; name: string }) {
  return { kind: 'gateway', id, name } as const
}
