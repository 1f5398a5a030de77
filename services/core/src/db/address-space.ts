import { sql } from 'kysely'
import type { Db, Tx } from './database.js'
import type { Assignment } from './device-locations.js'
import type { FreeRange } from './locations.js'

/** Whose access to which locations is looked at; undefined means everybody's, or to every one. */
export interface AccessScope {
  readonly userIds?: readonly number[]
  readonly locationIds?: readonly number[]
}

export interface AccessDifferences {
  /** Devices without an address in some network of a location that their person may use. */
  readonly missing: readonly Assignment[]
  /** Devices with addresses in a location that their person may no longer use. */
  readonly excess: readonly Assignment[]
}

/**
 * Where the addresses of people's devices differ from what their people may use; network devices are
 * not people's. Both lists by location and device id.
 */
export async function findDifferences(db: Db, scope: AccessScope): Promise<AccessDifferences> {
  const isOfUsers = (column: string) =>
    scope.userIds ? sql`${sql.ref(column)} = any(${scope.userIds}::bigint[])` : sql`true`
  const isOfLocations = (column: string) =>
    scope.locationIds ? sql`${sql.ref(column)} = any(${scope.locationIds}::bigint[])` : sql`true`
  const { rows } = await sql<Assignment & { isDue: boolean }>`
    with granted as materialized (
      select user_id, location_id from location_access
      where ${isOfUsers('user_id')} and ${isOfLocations('location_id')}
    ), due as (
      select device.id as device_id, granted.location_id, true as is_due
      from granted join device using (user_id)
    ), present as (
      select at.device_id, at.location_id, count(*) as networks
      from device_location at join device on device.id = at.device_id
      where device.user_id is not null
        and ${isOfUsers('device.user_id')} and ${isOfLocations('at.location_id')}
      group by at.device_id, at.location_id
    )
    select device_id, location_id, due.is_due is not null as is_due
    from due full join present using (device_id, location_id)
    join location on location.id = location_id
    where due.is_due is null or present.networks is distinct from cardinality(location.addresses)
    order by location_id, device_id
  `.execute(db)
  return {
    missing: rows.filter((row) => row.isDue),
    excess: rows.filter((row) => !row.isDue),
  }
}

/** The network devices with an address in a location. */
export async function networkDevicesIn(db: Db, locationId: number): Promise<Assignment[]> {
  const rows = await db
    .selectFrom('deviceLocation')
    .innerJoin('device', 'device.id', 'deviceLocation.deviceId')
    .select('deviceId')
    .distinct()
    .where('locationId', '=', locationId)
    .where('device.userId', 'is', null)
    .execute()
  return rows.map(({ deviceId }) => ({ deviceId, locationId }))
}

/**
 * Gives a location other networks: an address that devices may have there stays, at the position of
 * its network; every other one goes, and so does the second of a device in the same network. What
 * nobody has becomes free. The caller holds the location.
 */
export async function readdress(
  tx: Tx,
  locationId: number,
  assignable: readonly FreeRange[],
): Promise<void> {
  // Two addresses of a device may change places: the negative positions are nobody's meanwhile.
  await sql`
    with kept as (
      select distinct on (at.device_id, range.position)
        at.device_id, at.position as before, range.position as after
      from device_location at
      join ${rows(assignable)} on at.address between range.first and range.last
      where at.location_id = ${locationId}::bigint
      order by at.device_id, range.position, at.position
    ), gone as (
      delete from device_location at
      where at.location_id = ${locationId}::bigint
        and not exists (select from kept where kept.device_id = at.device_id and kept.before = at.position)
    )
    update device_location at set position = -kept.after from kept
    where at.location_id = ${locationId}::bigint
      and at.device_id = kept.device_id and at.position = kept.before and kept.before <> kept.after
  `.execute(tx)
  await sql`
    update device_location set position = -position
    where location_id = ${locationId}::bigint and position < 0
  `.execute(tx)
  await rebuildFree(tx, locationId, assignable)
}

/** Finds anew what is free in a location: all that devices may have and none has. */
export async function rebuildFree(
  tx: Tx,
  locationId: number,
  assignable: readonly FreeRange[],
): Promise<void> {
  await tx.deleteFrom('locationFreeRange').where('locationId', '=', locationId).execute()
  await sql`
    with gap as (
      select range.position,
        coalesce(lag(at.address) over (partition by range.first order by at.address) + 1, range.first) as first,
        at.address - 1 as last
      from ${rows(assignable)}
      join device_location at
        on at.location_id = ${locationId}::bigint and at.address between range.first and range.last
      union all
      select range.position, coalesce(highest.address + 1, range.first), range.last
      from ${rows(assignable)}
      cross join lateral (
        select max(at.address) as address from device_location at
        where at.location_id = ${locationId}::bigint and at.address between range.first and range.last
      ) highest
    )
    insert into location_free_range (location_id, position, first, last)
    select ${locationId}::bigint, position, first, last from gap where first <= last
  `.execute(tx)
}

function rows(ranges: readonly FreeRange[]) {
  return sql`
    unnest(
      ${ranges.map((range) => range.position)}::integer[],
      ${ranges.map((range) => range.first)}::inet[],
      ${ranges.map((range) => range.last)}::inet[]
    ) as range(position, first, last)`
}
