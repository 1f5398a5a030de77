import { sql } from 'kysely'
import { after } from '../domain/clock.js'
import type { PeerReport } from '../domain/gateway.js'
import type { Db } from './database.js'

/**
 * By so much it is behind when a device was last told of: a column of an index that changed with each
 * report would make PostgreSQL write the whole row and all its index entries anew.
 */
const TOLD_STEP_MS = 3_600_000

export interface DeviceConnection {
  readonly deviceId: number
  readonly locationId: number
  readonly endpoint: string | null
  readonly sentBytes: number
  readonly receivedBytes: number
  readonly latestHandshakeAt: Date | null
  readonly connectedAt: Date | null
  /** Seconds, as the location has it. */
  readonly peerDisconnectThreshold: number
}

/**
 * Keeps what a gateway says of peers of its location, each once, as long as its token is good.
 * What is older than what another gateway has said changes nothing.
 * @returns how many of them are peers there
 */
export async function write(
  db: Db,
  gateway: { readonly id: number; readonly locationId: number },
  reports: readonly PeerReport[],
  now: Date,
): Promise<number> {
  const keys = reports.map(({ publicKey }) => publicKey)
  const endpoints = reports.map(({ endpoint }) => endpoint ?? null)
  const sent = reports.map(({ sentBytes }) => sentBytes)
  const received = reports.map(({ receivedBytes }) => receivedBytes)
  const handshakes = reports.map(({ latestHandshakeAt }) => latestHandshakeAt ?? null)
  const { rows } = await sql<{ known: number }>`
    with known as (
      select device.id as device_id, told.* from unnest(
        ${keys}::text[], ${endpoints}::text[], ${sent}::bigint[], ${received}::bigint[],
        ${handshakes}::timestamptz[]
      ) as told(public_key, endpoint, sent_bytes, received_bytes, latest_handshake_at)
      join device on device.public_key = told.public_key
      where exists (select from peer
          where peer.device_id = device.id and peer.location_id = ${gateway.locationId}::bigint)
        and exists (select from gateway
          where id = ${gateway.id}::bigint and revoked_at is null and expires_at > ${now})
    ), kept as (
      insert into device_stats (device_id, location_id, endpoint, sent_bytes, received_bytes,
        latest_handshake_at, connected_at, told_at)
      select device_id, ${gateway.locationId}::bigint, endpoint, sent_bytes, received_bytes,
        latest_handshake_at, latest_handshake_at, ${now}::timestamptz from known order by device_id
      on conflict (device_id, location_id) do update set
        endpoint = coalesce(excluded.endpoint, device_stats.endpoint),
        sent_bytes = excluded.sent_bytes, received_bytes = excluded.received_bytes,
        latest_handshake_at = excluded.latest_handshake_at,
        connected_at = case
          when device_stats.latest_handshake_at + (
            select peer_disconnect_threshold * interval '1 second' from location
            where id = device_stats.location_id
          ) > excluded.latest_handshake_at then device_stats.connected_at
          else excluded.latest_handshake_at end,
        told_at = case
          when device_stats.told_at < ${after(now, -TOLD_STEP_MS)} then excluded.told_at
          else device_stats.told_at end
      where device_stats.latest_handshake_at is null
        or excluded.latest_handshake_at >= device_stats.latest_handshake_at
    )
    select count(*)::integer as known from known
  `.execute(db)
  return rows[0]?.known ?? 0
}

/** What is known of these devices, wherever they were. */
export function listOf(db: Db, deviceIds: readonly number[]): Promise<DeviceConnection[]> {
  if (deviceIds.length === 0) return Promise.resolve([])
  return db
    .selectFrom('deviceStats')
    .innerJoin('location', 'location.id', 'deviceStats.locationId')
    .select(['deviceId', 'locationId', 'deviceStats.endpoint', 'sentBytes', 'receivedBytes'])
    .select(['latestHandshakeAt', 'connectedAt', 'location.peerDisconnectThreshold'])
    .where('deviceId', 'in', deviceIds)
    .execute()
}

export async function deleteOld(db: Db, now: Date, keepMs: number): Promise<void> {
  await db.deleteFrom('deviceStats').where('toldAt', '<', after(now, -keepMs)).execute()
}
