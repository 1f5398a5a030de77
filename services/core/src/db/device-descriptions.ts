import { sql } from 'kysely'
import type { PublicKey } from '../domain/device.js'
import type { SecretHash } from '../domain/secret.js'
import type { Db } from './database.js'

/** What a device needs to know of one location, and its own addresses there. */
export interface LocationAccess {
  readonly id: number
  readonly name: string
  readonly endpoint: string
  readonly port: number
  readonly publicKey: string
  readonly allowedIps: readonly string[]
  readonly dns: readonly string[]
  readonly keepaliveInterval: number
  readonly addresses: readonly string[]
}

export type DescribedDevice = NonNullable<Awaited<ReturnType<typeof findById>>>

export function findById(db: Db, id: number) {
  return select(db).where('device.id', '=', id).executeTakeFirst()
}

export function findByPublicKey(db: Db, publicKey: PublicKey) {
  return select(db).where('device.publicKey', '=', publicKey).executeTakeFirst()
}

/** By a polling token that was used after `usedAfter`, or made since. */
export function findByPollingToken(db: Db, tokenHash: SecretHash, usedAfter: Date) {
  return select(db)
    .innerJoin('pollingToken', 'pollingToken.deviceId', 'device.id')
    .select(['pollingToken.id as tokenId', 'pollingToken.lastUsedAt'])
    .where('tokenHash', '=', tokenHash)
    .where(sql`coalesce(last_used_at, polling_token.created_at)`, '>', usedAfter)
    .executeTakeFirst()
}

/**
 * All that a client is told of its device, in one statement, because clients ask for it every half a
 * minute; columns by name, because only then it is prepared (preparing-client.ts).
 */
function select(db: Db) {
  return db
    .selectFrom('device')
    .leftJoin('user', 'user.id', 'device.userId')
    .innerJoin('settings', (join) => join.onTrue())
    .select([
      'device.id',
      'device.name',
      'device.publicKey',
      'device.createdAt',
      'device.userId',
      // A network device has no person who could be disabled.
      'user.isActive',
      'settings.instanceId',
      'settings.instanceName',
    ])
    .select(({ fn }) => [
      fn.coalesce('device.userId', 'device.preparedForId').as('ownerId'),
      fn.coalesce('user.username', 'device.preparedForName').as('username'),
    ])
    .select(
      sql<readonly LocationAccess[]>`coalesce((
        select json_agg(json_build_object(
          'id', location.id, 'name', location.name, 'endpoint', location.endpoint,
          'port', location.port, 'publicKey', location.public_key,
          'allowedIps', location.allowed_ips, 'dns', location.dns,
          'keepaliveInterval', location.keepalive_interval, 'addresses', own.addresses
        ) order by location.id)
        from (
          select location_id, array_agg(host(address) order by position) as addresses
          from device_location where device_location.device_id = device.id group by location_id
        ) own
        join location on location.id = own.location_id
      ), '[]')`.as('locations'),
    )
}
