import { randomBytes, randomUUID } from 'node:crypto'
import { LocationServiceService as Locations } from '@defguard/proto/admin/v1/locations'
import { type ServiceError, status } from '@grpc/grpc-js'
import type { CoreApi } from './core-api.js'
import { type CoreAddress, CoreCalls } from './gateway/core-calls.js'
import type { OwnDatabase } from './own-database.js'

/** What the stack's gateway shows to core; its token can be had only once, so it is kept here. */
export interface KeptGateway {
  readonly id: number
  readonly location: string
  /** Secret. */
  readonly token: string
}

const DEADLINE_MS = 15_000

/** The gateway from before if core still takes its token, else a new one. */
export async function ensureGatewayToken(
  core: CoreApi,
  database: OwnDatabase,
  location: string,
  address: Pick<CoreAddress, 'target' | 'credentials'>,
): Promise<KeptGateway> {
  const { gateway: before } = database.read()
  if (before?.location === location && (await isTaken(before.token, address))) return before
  const { gateway, token } = await core.call(Locations.issueGatewayToken, {
    request_id: randomUUID(),
    location,
    // Somebody may keep an earlier one, or have revoked it.
    name: `local-${randomBytes(3).toString('hex')}`,
  })
  if (!gateway) throw new Error('Core answered without the gateway.')
  const kept = { id: gateway.id, location, token }
  database.save({ gateway: kept })
  return kept
}

export async function isConnected(
  core: CoreApi,
  { id, location }: Pick<KeptGateway, 'id' | 'location'>,
): Promise<boolean> {
  const { gateways } = await core.call(Locations.listGateways, {
    location,
    page: { page_size: 500, page_token: '' },
  })
  return gateways.some((one) => one.id === id && one.connected_timestamp !== undefined)
}

async function isTaken(
  token: string,
  address: Pick<CoreAddress, 'target' | 'credentials'>,
): Promise<boolean> {
  const calls = new CoreCalls({ ...address, token, hostname: 'localhost' })
  try {
    await calls.config(undefined, AbortSignal.timeout(DEADLINE_MS))
    return true
  } catch (err) {
    if ((err as ServiceError).code === status.UNAUTHENTICATED) return false
    throw err
  } finally {
    calls.close()
  }
}
