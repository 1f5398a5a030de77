import { type SqlBool, sql } from 'kysely'
import type { DeviceName, PublicKey } from '../domain/device.js'
import type { Db, Tx } from './database.js'
import { equalsFolded } from './folded.js'
import type { Page } from './page.js'
import type { Device } from './schema.js'

export interface DeviceListEntry extends Device {
  /** Of its owner, or of the account that a network device was prepared under. */
  readonly username: string
  readonly isConfigured: boolean
}

export function lock(tx: Tx, id: number): Promise<Device | undefined> {
  return tx.selectFrom('device').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
}

/** The same, if it is this person's. */
export function lockOwn(tx: Tx, userId: number, id: number): Promise<Device | undefined> {
  return tx
    .selectFrom('device')
    .selectAll()
    .where('id', '=', id)
    .where('userId', '=', userId)
    .forUpdate()
    .executeTakeFirst()
}

/**
 * Keeps devices from being removed until the transaction ends: those of the given people, or all.
 * They may change otherwise. Ascending, so that two transactions never wait for each other.
 */
export async function hold(tx: Tx, userIds?: readonly number[]): Promise<void> {
  const isOfUsers = userIds ? sql`user_id = any(${userIds}::bigint[])` : sql`true`
  await sql`
    with held as (select id from device where ${isOfUsers} order by id for key share)
    select count(*) from held
  `.execute(tx)
}

/** @throws when there is none: the caller holds a row that refers to it */
export function get(db: Db, id: number): Promise<Device> {
  return db.selectFrom('device').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
}

export function findByPublicKey(db: Db, publicKey: PublicKey): Promise<Device | undefined> {
  return db.selectFrom('device').selectAll().where('publicKey', '=', publicKey).executeTakeFirst()
}

export function findByName(db: Db, userId: number, name: DeviceName): Promise<Device | undefined> {
  return db
    .selectFrom('device')
    .selectAll()
    .where('userId', '=', userId)
    .where(equalsFolded('name', name))
    .executeTakeFirst()
}

export async function namesOf(db: Db, userId: number): Promise<string[]> {
  const rows = await db
    .selectFrom('device')
    .select('name')
    .where('userId', '=', userId)
    .orderBy('id')
    .execute()
  return rows.map((row) => row.name)
}

export function findById(db: Db, id: number): Promise<DeviceListEntry | undefined> {
  return selectEntries(db).where('device.id', '=', id).executeTakeFirst()
}

export interface DeviceFilter {
  readonly username?: string
  readonly location?: string
  readonly publicKey?: string | undefined
  readonly ownerId?: number
  /** Only network devices, or only people's. */
  readonly isNetworkDevice?: boolean | undefined
}

export function list(db: Db, filter: DeviceFilter, page: Page): Promise<DeviceListEntry[]> {
  let query = selectEntries(db)
    .orderBy('device.id')
    .limit(page.size + 1)
  if (page.cursor !== undefined) query = query.where('device.id', '>', page.cursor)
  if (filter.username) query = query.where(belongsTo(filter.username))
  if (filter.publicKey !== undefined) query = query.where('device.publicKey', '=', filter.publicKey)
  if (filter.ownerId !== undefined) query = query.where('device.userId', '=', filter.ownerId)
  if (filter.isNetworkDevice !== undefined)
    query = query.where('device.userId', filter.isNetworkDevice ? 'is' : 'is not', null)
  const { location } = filter
  if (location) {
    query = query.where(({ exists, selectFrom }) =>
      exists(
        selectFrom('deviceLocation')
          .innerJoin('location', 'location.id', 'deviceLocation.locationId')
          .select('deviceLocation.deviceId')
          .whereRef('deviceLocation.deviceId', '=', 'device.id')
          .where(equalsFolded('location.name', location)),
      ),
    )
  }
  return query.execute()
}

/** Of the person with this username, or prepared under it; through an index either way. */
function belongsTo(username: string) {
  const person = sql`array(select id from "user" where ${equalsFolded('user.username', username)})`
  return sql<SqlBool>`(device.user_id = any (${person}) or ${equalsFolded('device.preparedForName', username)})`
}

function selectEntries(db: Db) {
  return db
    .selectFrom('device')
    .leftJoin('user', 'user.id', 'device.userId')
    .selectAll('device')
    .select((eb) => [
      eb.fn.coalesce('user.username', 'device.preparedForName').$castTo<string>().as('username'),
      eb
        .case()
        .when('device.userId', 'is', null)
        .then(eb('device.publicKey', 'is not', null))
        .else(eb.and([eb('user.isActive', '=', true), eb('user.passwordHash', 'is not', null)]))
        .end()
        .$castTo<boolean>()
        .as('isConfigured'),
    ])
}

export interface KeyHolder {
  readonly id: number
  readonly name: string
  readonly publicKey: string
  readonly username: string
  readonly isNetworkDevice: boolean
  /** Whether its person may use the location that was asked for. */
  readonly mayUse: boolean
}

/** The devices that have these keys. */
export async function findByPublicKeys(
  db: Db,
  locationId: number,
  publicKeys: readonly PublicKey[],
): Promise<KeyHolder[]> {
  const { rows } = await sql<KeyHolder>`
    select device.id, device.name, device.public_key,
      coalesce(person.username, device.prepared_for_name) as username,
      device.user_id is null as is_network_device,
      access.user_id is not null as may_use
    from device
    left join "user" person on person.id = device.user_id
    left join location_access access
      on access.user_id = device.user_id and access.location_id = ${locationId}::bigint
    where device.public_key = any(${publicKeys}::text[])
  `.execute(db)
  return rows
}

/** A key or a name that another device has is a violation. */
export function insert(
  tx: Tx,
  device: {
    userId: number
    name: DeviceName
    publicKey: PublicKey
    createdAt: Date
    enrollmentTokenId: number | null
    enrollmentSessionId: number | null
    requestId: string | null
  },
): Promise<Device> {
  return tx.insertInto('device').values(device).returningAll().executeTakeFirstOrThrow()
}

/** Whether a person, whose row the caller holds, has that many devices or more. */
export async function hasAtLeast(tx: Tx, userId: number, count: number): Promise<boolean> {
  const row = await tx
    .selectFrom('device')
    .select('id')
    .where('userId', '=', userId)
    .offset(count - 1)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Undefined when a device of this request id exists already. */
export function insertNetworkDevice(
  tx: Tx,
  device: {
    name: string
    publicKey: PublicKey | null
    requestId: string | null
    preparedForId: number
    preparedForName: string
    createdAt: Date
  },
): Promise<Device | undefined> {
  return tx
    .insertInto('device')
    .values(device)
    .onConflict((conflict) => conflict.constraint('device_request_id_key').doNothing())
    .returningAll()
    .executeTakeFirst()
}

export function findByRequestId(db: Db, requestId: string): Promise<Device | undefined> {
  return db.selectFrom('device').selectAll().where('requestId', '=', requestId).executeTakeFirst()
}

/** Gives a device that never polled another key; undefined when it has polled meanwhile. */
export function rekey(
  tx: Tx,
  id: number,
  change: { publicKey: PublicKey; enrollmentTokenId: number; enrollmentSessionId: number },
): Promise<Device | undefined> {
  return tx
    .updateTable('device')
    .set(change)
    .where('id', '=', id)
    .where('firstPolledAt', 'is', null)
    .returningAll()
    .executeTakeFirst()
}

/**
 * Replaces a device's key, and forgets the mobile client that had the earlier one. A key that another
 * device has is a violation.
 */
export function setPublicKey(tx: Tx, id: number, publicKey: PublicKey): Promise<Device> {
  return tx
    .updateTable('device')
    .set({ publicKey, mobileAuthKey: null })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** A name that another device of the same owner has is a violation. */
export async function rename(tx: Tx, id: number, name: DeviceName): Promise<void> {
  await tx.updateTable('device').set({ name }).where('id', '=', id).execute()
}

/** Undefined when the person has no device of this key. */
export function setMobileAuthKey(
  tx: Tx,
  change: { userId: number; deviceKey: PublicKey; authKey: PublicKey },
): Promise<Device | undefined> {
  return tx
    .updateTable('device')
    .set({ mobileAuthKey: change.authKey })
    .where('publicKey', '=', change.deviceKey)
    .where('userId', '=', change.userId)
    .returningAll()
    .executeTakeFirst()
}

/** From its first poll on a device keeps its key. Holds the device: first uses of its tokens take turns. */
export async function markPolled(tx: Tx, id: number, now: Date): Promise<void> {
  await tx
    .updateTable('device')
    .set(({ fn, val }) => ({ firstPolledAt: fn.coalesce('firstPolledAt', val(now)) }))
    .where('id', '=', id)
    .execute()
}

/** A person's devices that were not made under the given token, locked. */
export async function lockOfOtherTokens(
  tx: Tx,
  userId: number,
  tokenId: number,
): Promise<number[]> {
  const rows = await selectLocked(tx, userId)
    .where((eb) => eb('enrollmentTokenId', 'is distinct from', tokenId))
    .execute()
  return rows.map((row) => row.id)
}

/** A person's devices that were made under the given tokens, locked. */
export async function lockOfTokens(
  tx: Tx,
  userId: number,
  tokenIds: readonly number[],
): Promise<number[]> {
  if (tokenIds.length === 0) return []
  const rows = await selectLocked(tx, userId).where('enrollmentTokenId', 'in', tokenIds).execute()
  return rows.map((row) => row.id)
}

/** A person's devices, locked. */
export async function lockOf(tx: Tx, userId: number): Promise<number[]> {
  const rows = await selectLocked(tx, userId).execute()
  return rows.map((row) => row.id)
}

/** The devices that people made under the given tokens and who have not enrolled, locked. */
export async function lockOfPending(tx: Tx, tokenIds: readonly number[]): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select device.id from device join "user" on "user".id = device.user_id
    where device.enrollment_token_id = any (${tokenIds}::bigint[]) and "user".password_hash is null
    order by device.id for update of device
  `.execute(tx)
  return rows.map((row) => row.id)
}

function selectLocked(tx: Tx, userId: number) {
  return tx.selectFrom('device').select('id').where('userId', '=', userId).orderBy('id').forUpdate()
}

/** Deletes devices whose addresses were released; their polling tokens end with them. */
export async function remove(
  tx: Tx,
  ids: readonly number[],
): Promise<Pick<Device, 'id' | 'name' | 'userId'>[]> {
  if (ids.length === 0) return []
  return tx
    .deleteFrom('device')
    .where('id', 'in', ids)
    .returning(['id', 'name', 'userId'])
    .execute()
}
