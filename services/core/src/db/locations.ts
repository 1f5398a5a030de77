import { sql } from 'kysely'
import type { Db, Tx } from './database.js'
import { equalsFolded } from './folded.js'
import type { Page } from './page.js'
import type { Location } from './schema.js'

export interface LocationWithGroups extends Location {
  readonly allowedGroups: readonly string[]
}

export interface FreeRange {
  readonly position: number
  readonly first: string
  readonly last: string
}

/**
 * Marks the peers of these locations as changed and holds the locations until the transaction ends.
 * Always in the order of their ids, so that two transactions never wait for each other.
 */
export async function bump(tx: Tx, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return
  await sql`
    with held as (select id from location where id = any(${ids}::bigint[]) order by id for update)
    update location set revision = revision + 1 from held where location.id = held.id
  `.execute(tx)
}

/** Ids of the locations that a person may use, ascending. */
export async function accessibleIds(db: Db, userId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('locationAccess')
    .select('locationId')
    .where('userId', '=', userId)
    .orderBy('locationId')
    .execute()
  return rows.map((row) => row.locationId)
}

export async function isPublicKeyTaken(db: Db, publicKey: string): Promise<boolean> {
  const row = await db
    .selectFrom('location')
    .select('id')
    .where('publicKey', '=', publicKey)
    .executeTakeFirst()
  return row !== undefined
}

export async function nameOf(db: Db, id: number): Promise<string> {
  const row = await db
    .selectFrom('location')
    .select('name')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return row.name
}

export function findByName(db: Db, name: string): Promise<LocationWithGroups | undefined> {
  return selectWithGroups(db).where(equalsFolded('name', name)).executeTakeFirst()
}

/** The location, held until the transaction ends. */
export function lockByName(tx: Tx, name: string): Promise<LocationWithGroups | undefined> {
  return selectWithGroups(tx).where(equalsFolded('name', name)).forUpdate().executeTakeFirst()
}

/** @throws when there is none: the caller holds it */
export function get(db: Db, id: number): Promise<LocationWithGroups> {
  return selectWithGroups(db).where('id', '=', id).executeTakeFirstOrThrow()
}

export function findByRequestId(
  db: Db,
  requestId: string,
): Promise<LocationWithGroups | undefined> {
  return selectWithGroups(db).where('requestId', '=', requestId).executeTakeFirst()
}

export function list(db: Db, page: Page): Promise<LocationWithGroups[]> {
  let query = selectWithGroups(db)
    .orderBy('id')
    .limit(page.size + 1)
  if (page.cursor !== undefined) query = query.where('id', '>', page.cursor)
  return query.execute()
}

function selectWithGroups(db: Db) {
  return db
    .selectFrom('location')
    .selectAll()
    .select(
      sql<string[]>`array(
        select g.name from location_allowed_group allowed join "group" g on g.id = allowed.group_id
        where allowed.location_id = location.id order by folded(g.name))`.as('allowedGroups'),
    )
}

/** Undefined when a location of this request id exists already. */
export function insert(
  tx: Tx,
  location: Omit<Location, 'id' | 'revision' | 'settingsRevision' | 'keepaliveChangedAt'>,
): Promise<Location | undefined> {
  return tx
    .insertInto('location')
    .values(location)
    .onConflict((conflict) => conflict.constraint('location_request_id_key').doNothing())
    .returningAll()
    .executeTakeFirst()
}

export async function allowGroups(
  tx: Tx,
  locationId: number,
  groupIds: readonly number[],
): Promise<void> {
  if (groupIds.length === 0) return
  await tx
    .insertInto('locationAllowedGroup')
    .values(groupIds.map((groupId) => ({ locationId, groupId })))
    .execute()
}

/** What an admin may change of a location's own row. */
export type LocationSettings = Pick<
  Location,
  | 'name'
  | 'addresses'
  | 'endpoint'
  | 'port'
  | 'dns'
  | 'allowedIps'
  | 'keepaliveInterval'
  | 'peerDisconnectThreshold'
  | 'allowAllGroups'
>

export async function update(
  tx: Tx,
  id: number,
  settings: LocationSettings,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('location')
    .set(settings)
    .set((eb) => ({
      settingsRevision: eb('settingsRevision', '+', 1),
      keepaliveChangedAt: eb
        .case()
        .when('keepaliveInterval', '=', settings.keepaliveInterval)
        .then(eb.ref('keepaliveChangedAt'))
        .else(now)
        .end(),
    }))
    .where('id', '=', id)
    .execute()
}

/** Deletes a location with its addresses; its devices stay. */
export async function remove(tx: Tx, id: number): Promise<void> {
  await tx.deleteFrom('location').where('id', '=', id).execute()
}

export async function disallowGroups(tx: Tx, locationId: number): Promise<void> {
  await tx.deleteFrom('locationAllowedGroup').where('locationId', '=', locationId).execute()
}

export async function disallowEverywhere(tx: Tx, groupId: number): Promise<void> {
  await tx.deleteFrom('locationAllowedGroup').where('groupId', '=', groupId).execute()
}

/** Names of the locations that allow a group by name. */
export async function namesAllowing(db: Db, groupId: number): Promise<string[]> {
  const rows = await selectAllowing(db, groupId).execute()
  return rows.map((row) => row.name)
}

/** Names of the locations that allow this group, no other one, and not everybody. */
export async function namesAllowingOnly(db: Db, groupId: number): Promise<string[]> {
  const rows = await selectAllowing(db, groupId)
    .where('location.allowAllGroups', '=', false)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('locationAllowedGroup as other')
            .select('other.groupId')
            .whereRef('other.locationId', '=', 'location.id')
            .where('other.groupId', '!=', groupId),
        ),
      ),
    )
    .execute()
  return rows.map((row) => row.name)
}

function selectAllowing(db: Db, groupId: number) {
  return db
    .selectFrom('locationAllowedGroup')
    .innerJoin('location', 'location.id', 'locationAllowedGroup.locationId')
    .select('location.name')
    .where('locationAllowedGroup.groupId', '=', groupId)
    .orderBy(sql`folded(location.name)`)
}

export interface Peer {
  readonly deviceId: number
  readonly publicKey: string
  readonly deviceName: string
  readonly username: string
  readonly addresses: readonly string[]
}

/**
 * Peers of a location by device id, a bounded number beyond `afterDeviceId`. Device by device: one
 * join of all would read every device before those it is about, for each piece again.
 */
export async function peersOf(
  db: Db,
  locationId: number,
  afterDeviceId: number,
  limit: number,
): Promise<Peer[]> {
  const { rows } = await sql<Peer>`
    select device.device_id, peer.*
    from (
      select distinct device_id from device_location
      where location_id = ${locationId}::bigint and device_id > ${afterDeviceId}::bigint
      order by device_id
    ) device cross join lateral (
      select public_key, device_name, username, array_agg(host(address) order by position) as addresses
      from peer where peer.device_id = device.device_id and peer.location_id = ${locationId}::bigint
      group by public_key, device_name, username
    ) peer
    order by device.device_id limit ${limit}
  `.execute(db)
  return rows
}
