import { sql } from 'kysely'
import { after } from '../domain/clock.js'
import { STREAM_SILENCE_MS } from '../domain/gateway.js'
import type { Tx } from './database.js'

export interface Outage {
  readonly name: string
  readonly locationName: string
  readonly hostname: string | null
  readonly goneAt: Date
}

interface Absence extends Outage {
  readonly tokenExpiresAt: Date
}

/**
 * Says that somebody looks now.
 * @returns since when somebody has, without a break of `breakMs`
 */
export async function keepWatching(tx: Tx, now: Date, breakMs: number): Promise<Date> {
  const { rows } = await sql<{ beganAt: Date }>`
    update gateway_watch set last_at = ${now}::timestamptz,
      began_at = case when last_at < ${after(now, -breakMs)} then ${now} else began_at end
    returning began_at
  `.execute(tx)
  const [watch] = rows
  if (!watch) throw new Error('The row that says since when gateways are watched is gone.')
  return watch.beganAt
}

/** Gateways that nobody has seen since then, and of which admins have not been told; now they have. */
export async function takeGone(tx: Tx, goneBefore: Date): Promise<Absence[]> {
  const { rows } = await sql<Absence>`
    update gateway set outage_since = followed_at from location
    where location.id = gateway.location_id and revoked_at is null and outage_since is null
      and followed_at <= ${goneBefore}
    returning gateway.name, location.name as location_name, hostname, outage_since as gone_at,
      expires_at as token_expires_at
  `.execute(tx)
  return inOrder(rows)
}

/** Gateways that are there again, of which admins have been told that they are gone. */
export async function takeBack(
  tx: Tx,
  now: Date,
): Promise<readonly (Outage & { readonly backAt: Date })[]> {
  const { rows } = await sql<Outage & { backAt: Date }>`
    with back as (
      select id, outage_since from gateway where outage_since is not null and exists (
        select from gateway_stream
        where gateway_id = gateway.id and last_seen_at > ${after(now, -STREAM_SILENCE_MS)}
      ) for update
    )
    update gateway set outage_since = null from back, location
    where gateway.id = back.id and location.id = gateway.location_id
    returning gateway.name, location.name as location_name, hostname, back.outage_since as gone_at,
      (select min(opened_at) from gateway_stream
        where gateway_id = gateway.id and last_seen_at > ${after(now, -STREAM_SILENCE_MS)}
      ) as back_at
  `.execute(tx)
  return inOrder(rows)
}

function inOrder<T extends Outage>(outages: readonly T[]): T[] {
  return outages.toSorted(
    (a, b) => a.locationName.localeCompare(b.locationName) || a.name.localeCompare(b.name),
  )
}
