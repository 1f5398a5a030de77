import { Group } from '@defguard/proto/admin/v1/groups'
import { Location } from '@defguard/proto/admin/v1/locations'
import { networkRange, parseAddress, parseCidr } from '../src/domain/network.js'
import { refusalOf } from './_clients.js'
import type { TestCore } from './_core.js'
import { query } from './_database.js'

export async function refusal(call: Promise<unknown>) {
  return refusalOf(
    await call.then(
      () => {
        throw new Error('It was not refused.')
      },
      (err) => err,
    ),
  )
}

/** Changes exactly the fields that are given. */
export async function updateLocation(
  { clients }: Pick<TestCore, 'clients'>,
  name: string,
  change: Partial<Location>,
  expectedRevision?: number,
): Promise<Location> {
  const { location } = await clients.locations.updateLocation({
    name,
    location: { ...Location.decode(new Uint8Array()), ...change },
    update_mask: Object.keys(change),
    expected_settings_revision: expectedRevision,
  })
  if (!location) throw new Error('no location came back')
  return location
}

export function group(change: Partial<Group>): Group {
  return { ...Group.decode(new Uint8Array()), ...change }
}

export async function updateGroup(core: TestCore, name: string, change: Partial<Group>) {
  const reply = await core.clients.groups.updateGroup({
    name,
    group: group(change),
    update_mask: Object.keys(change),
  })
  return reply.group
}

export async function createGroup({ clients }: TestCore, name: string, role = '') {
  await clients.groups.createGroup({ request_id: '', name, role })
}

/** The addresses of all devices in a location, by the name of the device's owner. */
export async function addressesIn(
  { databaseUrl }: Pick<TestCore, 'databaseUrl'>,
  location: string,
): Promise<Record<string, string[]>> {
  const rows = await query<{ name: string; addresses: string[] }>(
    databaseUrl,
    `select coalesce(u.username, d.name) as name, array_agg(host(address) order by position) as addresses
     from device_location at join device d on d.id = at.device_id left join "user" u on u.id = d.user_id
     join location l on l.id = at.location_id where l.name = $1 group by 1, d.id order by d.id`,
    [location],
  )
  return Object.fromEntries(rows.map((row) => [row.name, row.addresses]))
}

export async function revisionOf({ databaseUrl }: TestCore, location: string): Promise<number> {
  const [row] = await query<{ revision: string }>(
    databaseUrl,
    'select revision from location where name = $1',
    [location],
  )
  return Number(row?.revision)
}

interface Space {
  readonly location: string
  readonly cidr: string
  readonly assigned: string[]
  readonly free: { first: string; last: string }[]
}

/**
 * Everything that is wrong with addresses in the whole database: it is not asked of core, and the
 * rules are said here once more.
 */
export async function addressProblems(databaseUrl: string): Promise<string[]> {
  const spaces = await query<Space>(
    databaseUrl,
    `select l.name as location, l.addresses[p] as cidr,
       array(select host(address) from device_location
         where location_id = l.id and position = p order by address) as assigned,
       coalesce((select json_agg(json_build_object('first', host(first), 'last', host(last)) order by first)
         from location_free_range where location_id = l.id and position = p), '[]') as free
     from location l, generate_subscripts(l.addresses, 1) p order by l.id, p`,
  )
  const elsewhere = await query<{ problem: string }>(
    databaseUrl,
    `select l.name || ' has something at position ' || position as problem
     from (select location_id, position from device_location
       union select location_id, position from location_free_range) used
     join location l on l.id = location_id where position not between 1 and cardinality(addresses)`,
  )
  const wrongAccess = await query<{ problem: string }>(
    databaseUrl,
    `with may as (
       select d.id as device_id, l.id as location_id from device d, location l
       where d.user_id is not null and (l.allow_all_groups
         or d.user_id in (select user_id from user_group join location_allowed_group using (group_id)
                          where location_id = l.id)
         or d.user_id in (select user_id from user_group g join "group" on "group".id = g.group_id
                          where role = 'admin'))
     ), has as (
       select device_id, location_id, count(*) as n from device_location
       join device on device.id = device_id where user_id is not null group by 1, 2
     )
     select 'device ' || device_id || ' has ' || coalesce(n, 0) || ' addresses in ' || l.name ||
       case when may.device_id is null then ', where it may not be' else '' end as problem
     from (select *, 1 as due from may) may full join has using (device_id, location_id)
     join location l on l.id = location_id
     where coalesce(n, 0) <> case when due is null then 0 else cardinality(l.addresses) end
     union all
     select d.name || ' has ' || count(*) || ' addresses in ' || l.name
     from device_location at join device d on d.id = at.device_id and d.user_id is null
     join location l on l.id = at.location_id
     group by d.name, l.name, l.addresses having count(*) <> cardinality(l.addresses)`,
  )
  return [
    ...spaces.flatMap(problemsOf),
    ...[...elsewhere, ...wrongAccess].map(({ problem }) => problem),
  ]
}

/** Free, assigned and reserved are disjoint and make up the network, in ranges that cannot be joined. */
function problemsOf({ location, cidr, assigned, free }: Space): string[] {
  const { family, address: gateway } = parseCidr(cidr) ?? fail(cidr)
  const { first, last } = networkRange(parseCidr(cidr) ?? fail(cidr))
  const reserved = family === 4 ? [first, last, gateway] : [first, gateway]
  const pieces = [
    ...reserved.map((address) => ({ what: 'reserved', first: address, last: address })),
    ...assigned.map((text) => ({ what: 'assigned', first: number(text), last: number(text) })),
    ...free.map((range) => ({
      what: 'free',
      first: number(range.first),
      last: number(range.last),
    })),
  ].sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0))
  const problems: string[] = []
  let next = first
  let before = ''
  for (const piece of pieces) {
    if (piece.first !== next) problems.push(`${location} ${cidr}: ${piece.what} ${piece.first}`)
    if (piece.what === 'free' && before === 'free') problems.push(`${location} ${cidr}: not joined`)
    next = piece.last + 1n
    before = piece.what
  }
  if (next !== last + 1n) problems.push(`${location} ${cidr}: ends at ${next}`)
  return problems
}

function number(text: string): bigint {
  return (parseAddress(text) ?? fail(text)).address
}

function fail(text: string): never {
  throw new Error(`not an address: ${text}`)
}
