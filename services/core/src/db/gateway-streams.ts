import { sql } from 'kysely'
import type { Db } from './database.js'

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
      update gateway set last_seen_at = ${now} where id in (select gateway_id from open)
    )
    insert into gateway_stream (id, gateway_id, opened_at, last_seen_at)
    select id, gateway_id, opened_at, ${now} from open
    on conflict (id) do update set last_seen_at = excluded.last_seen_at
  `.execute(db)
}

export async function close(db: Db, id: string): Promise<void> {
  await db.deleteFrom('gatewayStream').where('id', '=', id).execute()
}

/** Those of cores that have died. */
export async function deleteLost(db: Db, before: Date): Promise<void> {
  await db.deleteFrom('gatewayStream').where('lastSeenAt', '<', before).execute()
}
