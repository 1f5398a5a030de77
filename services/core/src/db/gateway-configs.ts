import { sql } from 'kysely'
import type { PeerLines } from '../domain/peer-lines.js'
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
  readonly keepaliveChangedAt: Date | null
  readonly revision: number
  readonly peers: PeerLines
  readonly peerCount: number
}

/** A location with its peers and its revision, all of one moment since it is one statement. */
export async function find(db: Db, locationId: number): Promise<GatewayConfigRow | undefined> {
  const { rows } = await sql<GatewayConfigRow>`
    select name, public_key, private_key_sealed, port, addresses, keepalive_interval,
      keepalive_changed_at, revision,
      coalesce(listed.peers, '') as peers, listed.peer_count
    from location, lateral (
      select string_agg(line, '' order by device_id) as peers, count(*)::integer as peer_count from (
        select device_id, public_key || ' '
          || string_agg(host(address), ' ' order by position) || chr(10) as line
        from peer where location_id = location.id group by device_id, public_key
      ) as grouped
    ) as listed
    where id = ${locationId}::bigint
  `.execute(db)
  return rows[0]
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
