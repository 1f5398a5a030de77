import { type RawBuilder, sql } from 'kysely'
import type { Db, Tx } from './database.js'

export interface Assignment {
  readonly deviceId: number
  readonly locationId: number
}

export interface DeviceAddresses {
  readonly deviceId: number
  readonly locationId: number
  readonly locationName: string
  /** Bare addresses, in the order of the location's networks. */
  readonly addresses: readonly string[]
}

/** How many one statement handles: a location of 100 000 devices must not run into its time limit. */
const ASSIGNMENTS_MAX = 10_000

/**
 * Gives each device the lowest free address of every network of its location where it has none yet, in
 * the order of the device ids. Answers with the locations that are full: then the transaction must not commit.
 * The caller holds the locations (`locations.bump`), so nobody else allocates there meanwhile.
 */
export async function assign(tx: Tx, assignments: readonly Assignment[]): Promise<number[]> {
  const full = new Set<number>()
  const ordered = [...assignments].sort((a, b) => a.deviceId - b.deviceId)
  for (let from = 0; from < ordered.length; from += ASSIGNMENTS_MAX) {
    const ids = await assignAtOnce(tx, ordered.slice(from, from + ASSIGNMENTS_MAX))
    for (const id of ids) full.add(id)
  }
  return [...full].sort((a, b) => a - b)
}

async function assignAtOnce(tx: Tx, assignments: readonly Assignment[]): Promise<number[]> {
  const deviceIds = assignments.map((assignment) => assignment.deviceId)
  const locationIds = assignments.map((assignment) => assignment.locationId)
  // n devices take addresses out of at most n free ranges, so no more than n are ever read; the
  // n-th device gets the n-th address of those ranges laid end to end. The two meet by grouping: a
  // join of devices and ranges would be quadratic where the free space lies in many pieces.
  const { rows } = await sql<{ locationId: number }>`
    with wanted as (
      select device.id as device_id, location.id as location_id, p.position,
        row_number() over (partition by location.id, p.position order by device.id) as nth
      from unnest(${deviceIds}::bigint[], ${locationIds}::bigint[]) as device(id, location_id)
      join location on location.id = device.location_id
      cross join lateral generate_subscripts(location.addresses, 1) as p(position)
      where not exists (
        select from device_location at
        where at.device_id = device.id and at.location_id = location.id and at.position = p.position)
    ), need as (
      select location_id, position, max(nth) as n from wanted group by location_id, position
    ), span as (
      select location_id, position, first, last, n, size,
        (sum(size) over (partition by location_id, position order by first) - size)::bigint as before
      from (
        select need.location_id, need.position, need.n, free.first, free.last,
          case when free.first + need.n > free.last then free.last - free.first + 1 else need.n end as size
        from need cross join lateral (
          select first, last from location_free_range
          where location_id = need.location_id and position = need.position
          order by first limit need.n
        ) free
      ) sized
    ), used as (
      select location_id, position, first, last, before, least(size, n - before) as count
      from span where before < n
    ), emptied as (
      delete from location_free_range free using used
      where free.location_id = used.location_id and free.position = used.position
        and free.first = used.first and used.first + (used.count - 1) = used.last
    ), shortened as (
      update location_free_range free set first = used.first + used.count from used
      where free.location_id = used.location_id and free.position = used.position
        and free.first = used.first and used.first + (used.count - 1) < used.last
    ), pair as (
      select location_id, position, max(device_id) as device_id, max(address) as address
      from (
        select location_id, position, nth, device_id, null::inet as address from wanted
        union all
        select location_id, position, before + i, null, first + (i - 1)
        from used cross join generate_series(1, count) as i
      ) numbered
      group by location_id, position, nth
    ), assigned as (
      insert into device_location (device_id, location_id, position, address)
      select device_id, location_id, position, address from pair where address is not null
    )
    select distinct location_id from pair where address is null order by location_id
  `.execute(tx)
  return rows.map((row) => row.locationId)
}

/**
 * Gives a device the addresses that were chosen for it, each out of the free range that holds it, which
 * falls into what is left on both sides. Answers with one that is not free: then the transaction must
 * not commit. The caller holds the location.
 */
export async function assignChosen(
  tx: Tx,
  { deviceId, locationId }: Assignment,
  chosen: readonly { readonly position: number; readonly address: string }[],
): Promise<string | undefined> {
  if (chosen.length === 0) return undefined
  const positions = chosen.map(({ position }) => position)
  const addresses = chosen.map(({ address }) => address)
  const { rows } = await sql<{ position: number }>`
    with chosen as (
      select * from unnest(${positions}::integer[], ${addresses}::inet[]) as chosen(position, address)
    ), split as (
      delete from location_free_range free using chosen
      where free.location_id = ${locationId}::bigint and free.position = chosen.position
        and free.first <= chosen.address and chosen.address <= free.last
      returning free.position, free.first, free.last, chosen.address
    ), remaining as (
      insert into location_free_range (location_id, position, first, last)
      select ${locationId}::bigint, position, first, address - 1 from split where first < address
      union all
      select ${locationId}::bigint, position, address + 1, last from split where address < last
    )
    insert into device_location (device_id, location_id, position, address)
    select ${deviceId}::bigint, ${locationId}::bigint, position, address from split
    returning position
  `.execute(tx)
  const assigned = new Set(rows.map((row) => row.position))
  return chosen.find(({ position }) => !assigned.has(position))?.address
}

/**
 * Gives devices their addresses in a new location, which has no free ranges yet. The caller holds the
 * location.
 */
export async function insertAll(
  tx: Tx,
  locationId: number,
  rows: readonly { deviceId: number; position: number; address: string }[],
): Promise<void> {
  if (rows.length === 0) return
  await sql`
    insert into device_location (location_id, device_id, position, address)
    select ${locationId}::bigint, * from unnest(
      ${rows.map((row) => row.deviceId)}::bigint[],
      ${rows.map((row) => row.position)}::integer[],
      ${rows.map((row) => row.address)}::inet[])
  `.execute(tx)
}

/** How many devices have an address in a location. */
export async function countDevices(db: Db, locationId: number): Promise<number> {
  const { count } = await db
    .selectFrom('deviceLocation')
    .select(({ fn }) => fn.count<number>('deviceId').distinct().as('count'))
    .where('locationId', '=', locationId)
    .executeTakeFirstOrThrow()
  return count
}

/** Takes all addresses of the devices back. The caller holds the locations. */
export async function release(tx: Tx, deviceIds: readonly number[]): Promise<void> {
  if (deviceIds.length === 0) return
  await giveBack(tx, sql`device_id = any(${deviceIds}::bigint[])`)
}

/** Takes the addresses of each device in its location back. The caller holds the locations. */
export async function releaseFrom(tx: Tx, assignments: readonly Assignment[]): Promise<void> {
  if (assignments.length === 0) return
  const deviceIds = assignments.map((assignment) => assignment.deviceId)
  const locationIds = assignments.map((assignment) => assignment.locationId)
  await giveBack(
    tx,
    sql`(device_id, location_id) in (select * from unnest(${deviceIds}::bigint[], ${locationIds}::bigint[]))`,
  )
}

/** Deletes addresses and joins them with the free ranges beside them. */
async function giveBack(tx: Tx, which: RawBuilder<unknown>): Promise<void> {
  await sql`
    with released as (
      delete from device_location where ${which}
      returning location_id, position, address
    ), island as (
      select location_id, position, min(address) as first, max(address) as last
      from (
        select *, address - row_number() over (partition by location_id, position order by address) as island
        from released
      ) numbered
      group by location_id, position, island
    ), neighbour as (
      delete from location_free_range where ctid = any(array(
        select free.ctid from island join location_free_range free
          on free.location_id = island.location_id and free.position = island.position
          and free.last = island.first - 1
        union
        select free.ctid from island join location_free_range free
          on free.location_id = island.location_id and free.position = island.position
          and free.first = island.last + 1
      ))
      returning location_id, position, first, last
    ), piece as (
      select *, first = lag(last) over (partition by location_id, position order by first) + 1 as continues
      from (select * from island union all select * from neighbour) pieces
    )
    insert into location_free_range (location_id, position, first, last)
    select location_id, position, min(first), max(last)
    from (
      select *, count(*) filter (where continues is not true)
        over (partition by location_id, position order by first) as run
      from piece
    ) runs
    group by location_id, position, run
  `.execute(tx)
}

export async function locationIdsOf(db: Db, deviceIds: readonly number[]): Promise<number[]> {
  if (deviceIds.length === 0) return []
  const rows = await db
    .selectFrom('deviceLocation')
    .select('locationId')
    .distinct()
    .where('deviceId', 'in', deviceIds)
    .orderBy('locationId')
    .execute()
  return rows.map((row) => row.locationId)
}

/** Addresses of devices per location, by device and location id. */
export async function addressesOf(
  db: Db,
  deviceIds: readonly number[],
): Promise<DeviceAddresses[]> {
  if (deviceIds.length === 0) return []
  return db
    .selectFrom('deviceLocation')
    .innerJoin('location', 'location.id', 'deviceLocation.locationId')
    .select([
      'deviceLocation.deviceId',
      'deviceLocation.locationId',
      'location.name as locationName',
      sql<string[]>`array_agg(host(address) order by position)`.as('addresses'),
    ])
    .where('deviceId', 'in', deviceIds)
    .groupBy(['deviceId', 'deviceLocation.locationId', 'location.name'])
    .orderBy('deviceId')
    .orderBy('deviceLocation.locationId')
    .execute()
}

/** Which of these addresses of a location have a device already. */
export async function takenOf(
  db: Db,
  locationId: number,
  addresses: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ address: string }>`
    select host(address) as address from device_location
    where location_id = ${locationId} and address = any(${addresses}::inet[])
  `.execute(db)
  return new Set(rows.map((row) => row.address))
}
