import { sql } from 'kysely'
import type { Db } from './database.js'

/** The lowest free addresses of each network of a location, at most `count` of each, ascending. */
export async function lowest(
  db: Db,
  locationId: number,
  count: number,
): Promise<readonly { position: number; address: string }[]> {
  // So many addresses lie in at most so many ranges, and at most so far behind the start of each.
  const { rows } = await sql<{ position: number; address: string }>`
    select p.position, host(lowest.address) as address
    from location
    cross join lateral generate_subscripts(location.addresses, 1) as p(position)
    cross join lateral (
      select free.first + n as address
      from (
        select first, last from location_free_range
        where location_id = location.id and position = p.position
        order by first limit ${count}
      ) free
      cross join lateral generate_series(0, ${count}::bigint - 1) n
      where n = 0 or free.last - n >= free.first
      order by free.first, n limit ${count}
    ) lowest
    where location.id = ${locationId}
    order by p.position, lowest.address
  `.execute(db)
  return rows
}
