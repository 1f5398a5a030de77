import { sql } from 'kysely'
import type { Db } from './database.js'

/** Says to every replica, after a commit, that there may be something to tell gateways; triggers send it. */
export const LOCATION_CHANNEL = 'defguard_location'

export interface GatewayConfigRow {
  readonly name: string
  readonly publicKey: string
  readonly privateKeySealed: Buffer
  readonly port: number
  readonly addresses: readonly string[]
  readonly keepaliveInterval: number
  readonly revision: number
  /** Key and bare addresses of each, by device id. */
  readonly peers: readonly (readonly [publicKey: string, addresses: readonly string[]])[]
}

/** A location with its peers and its revision, all of one moment since it is one statement. */
export async function find(db: Db, locationId: number): Promise<GatewayConfigRow | undefined> {
  const { rows } = await sql<Omit<GatewayConfigRow, 'peers'> & { peers: string }>`
    select name, public_key, private_key_sealed, port, addresses, keepalive_interval, revision,
      coalesce((
        select json_agg(json_build_array(public_key, addresses) order by device_id) from (
          select device_id, public_key, array_agg(host(address) order by position) as addresses
          from peer where location_id = location.id group by device_id, public_key
        ) grouped
      ), '[]')::text as peers
    from location where id = ${locationId}::bigint
  `.execute(db)
  const [row] = rows
  return row && { ...row, peers: JSON.parse(row.peers) }
}

/** The revisions of these locations, of those that there are. */
export async function revisionsOf(
  db: Db,
  locationIds: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const { rows } = await sql<{ id: number; revision: number }>`
    select id, revision from location where id = any(${locationIds}::bigint[])
  `.execute(db)
  return new Map(rows.map(({ id, revision }) => [id, revision]))
}
