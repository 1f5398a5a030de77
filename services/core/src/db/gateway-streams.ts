import { sql } from 'kysely'
import { after } from '../domain/clock.js'
import { STREAM_SILENCE_MS } from '../domain/gateway.js'
import type { Db, Tx } from './database.js'

export interface OpenStream {
  readonly id: string
  readonly gatewayId: number
  readonly openedAt: Date
}

/** Says that this core holds these streams open. */
export async function renew(db: Db, streams: readonly OpenStream[], now: Date): Promise<void> {
  if (streams.length === 0) return
  const ids = streams.map(({ id }) => id)
  const gatewayIds = streams.map(({ gatewayId }) => gatewayId)
  const openedAt = streams.map((stream) => stream.openedAt)
  await sql`
    with open as (
      select open.* from unnest(${ids}::uuid[], ${gatewayIds}::bigint[], ${openedAt}::timestamptz[])
        as open(id, gateway_id, opened_at) join gateway on gateway.id = open.gateway_id
    ), seen as (
      update gateway set last_seen_at = ${now}, followed_at = ${now} where id in (select gateway_id from open)
    )
    insert into gateway_stream (id, gateway_id, opened_at, last_seen_at)
    select id, gateway_id, opened_at, ${now} from open
    on conflict (id) do update set last_seen_at = excluded.last_seen_at
  `.execute(db)
}

export async function close(db: Db, ids: readonly string[]): Promise<void> {
  await sql`delete from gateway_stream where id = any(${ids}::uuid[])`.execute(db)
}

export interface ChangedGateway {
  readonly id: number
  readonly name: string
  readonly locationName: string
  readonly hostname: string | null
  readonly isConnected: boolean
}

/** Gateways of which the audit log says otherwise; from now on it does not. */
export async function takeChanged(tx: Tx, now: Date): Promise<ChangedGateway[]> {
  const { rows } = await sql<ChangedGateway>`
    with live as (
      select distinct gateway_id from gateway_stream
      where last_seen_at > ${after(now, -STREAM_SILENCE_MS)}
    )
    update gateway set is_connected = not is_connected from location
    where location.id = gateway.location_id
      and is_connected <> (gateway.id in (select gateway_id from live))
    returning gateway.id, gateway.name, location.name as location_name, hostname, is_connected
  `.execute(tx)
  return rows
}

/** Those of cores that have died. */
export async function deleteLost(db: Db, before: Date): Promise<void> {
  await db.deleteFrom('gatewayStream').where('lastSeenAt', '<', before).execute()
}
