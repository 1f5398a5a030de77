import { sql } from 'kysely'
import type { ConnectedPeer } from '../domain/connections.js'
import type { Db } from './database.js'

/** Rows of `device_stats` that say of a peer that it is connected. */
function connected(locationId: number, now: Date) {
  return sql`
    device_stats stats
    join location on location.id = stats.location_id
    join lateral (
      select device_name, username from peer
      where peer.device_id = stats.device_id and peer.location_id = stats.location_id limit 1
    ) peer on true
    where stats.location_id = ${locationId}::bigint
      and stats.latest_handshake_at > ${now}::timestamptz - peer_disconnect_threshold * interval '1 second'
  `
}

/** Devices that have been in touch with a gateway of a location within its threshold, by id. */
export async function listConnected(
  db: Db,
  locationId: number,
  now: Date,
): Promise<ConnectedPeer[]> {
  const { rows } = await sql<ConnectedPeer>`
    select stats.device_id as id, device_name as name, username, stats.endpoint, sent_bytes,
      received_bytes, latest_handshake_at, connected_at
    from ${connected(locationId, now)} order by stats.device_id
  `.execute(db)
  return rows
}

/** How many devices may connect to a location, and how many of them do. */
export async function count(
  db: Db,
  locationId: number,
  now: Date,
): Promise<{ peers: number; connected: number }> {
  const { rows } = await sql<{ peers: number; connected: number }>`
    select (select count(distinct device_id) from peer
        where location_id = ${locationId}::bigint)::integer as peers,
      (select count(*) from ${connected(locationId, now)})::integer as connected
  `.execute(db)
  return rows[0] ?? { peers: 0, connected: 0 }
}
