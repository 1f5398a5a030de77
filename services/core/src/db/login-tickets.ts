import { sql } from 'kysely'
import type { Db } from './database.js'

/*
 * Tickets of strangers who wait before they may log in: rows of `call_count`, good for the last
 * `lifeMs` before they end.
 */

/**
 * Uses the ticket under a key up if its time has come, or draws one if there is none, in one statement:
 * of two at once, one uses it.
 * @returns undefined if it was used; otherwise when it is good
 */
export async function useOrDraw(
  db: Db,
  key: Buffer,
  { goodAt, lifeMs }: { goodAt: Date; lifeMs: number },
  now: Date,
): Promise<Date | undefined> {
  const usable = new Date(now.getTime() + lifeMs)
  const { rows } = await sql<{ isUsed: boolean; endsAt: Date }>`
    with used as (
      delete from call_count where key = ${key} and ends_at > ${now} and ends_at <= ${usable}
      returning ends_at
    ), drawn as (
      insert into call_count as held (key, taken, ends_at)
      select ${key}::bytea, 0, ${new Date(goodAt.getTime() + lifeMs)}::timestamptz
      where not exists (select from used)
      on conflict (key) do update set ends_at = excluded.ends_at where held.ends_at <= ${now}
      returning ends_at
    )
    select true as is_used, ends_at from used
    union all select false, ends_at from drawn
    union all select false, ends_at from call_count
      where key = ${key} and not exists (select from used) and not exists (select from drawn)
  `.execute(db)
  const [found] = rows
  if (found?.isUsed) return undefined
  return found ? new Date(found.endsAt.getTime() - lifeMs) : goodAt
}
