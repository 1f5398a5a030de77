import { sql } from 'kysely'
import type { Db } from './database.js'

/** What is counted under a key before its window ends. */
export interface Window {
  readonly max: number
  readonly endsAt: Date
  /** When it ends instead once it is full. */
  readonly fullUntil?: Date
}

export interface Count {
  readonly key: Buffer
  /** Whether this call was counted: there was room. */
  readonly isTaken: boolean
  readonly taken: number
  readonly endsAt: Date
}

/**
 * Counts a call under each key, unless its window is full: one guarded statement, so of any number of
 * calls at once, on whatever core, no more than `max` are counted. Keys are taken in one order, so that
 * two calls never wait for each other.
 */
export async function take(
  db: Db,
  keys: readonly Buffer[],
  { max, endsAt, fullUntil = endsAt }: Window,
  now: Date,
): Promise<Count[]> {
  const { rows } = await sql<Count>`
    with counted as (
      insert into call_count as held (key, taken, ends_at)
      select key, 1, ${max === 1 ? fullUntil : endsAt}::timestamptz
      from unnest(${keys}::bytea[]) wanted(key) order by key
      on conflict (key) do update set
        taken = case when held.ends_at <= ${now} then 1 else held.taken + 1 end,
        ends_at = case
          when held.ends_at <= ${now} then excluded.ends_at
          when held.taken + 1 = ${max}::integer then greatest(held.ends_at, ${fullUntil}::timestamptz)
          else held.ends_at end
      where held.ends_at <= ${now} or held.taken < ${max}::integer
      returning key, taken, ends_at
    )
    select key, true as is_taken, taken, ends_at from counted
    union all
    select key, false, taken, ends_at from call_count
    -- As of when the statement began: of one that filled the window at the same moment, its end may be
    -- the old one.
    where key = any(${keys}::bytea[]) and key not in (select key from counted)
  `.execute(db)
  return rows
}

/**
 * Gives back what a call has taken that came to nothing.
 * @param endsBy when a window that was full ends at the latest, now that it is not
 */
export async function giveBack(
  db: Db,
  keys: readonly Buffer[],
  now: Date,
  endsBy: Date | null = null,
): Promise<void> {
  await sql`
    with held as (
      select key from call_count
      where key = any(${keys}::bytea[]) and taken > 0 and ends_at > ${now}
      order by key for update
    )
    update call_count set taken = taken - 1, ends_at = least(ends_at, ${endsBy}::timestamptz)
    from held where call_count.key = held.key
  `.execute(db)
}

export async function forget(db: Db, keys: readonly Buffer[]): Promise<void> {
  await sql`
    with held as (select key from call_count where key = any(${keys}::bytea[]) order by key for update)
    delete from call_count using held where call_count.key = held.key
  `.execute(db)
}

/** So many rows go in one statement, which must not take long. */
const SWEEP_MAX = 50_000
/** A flood of addresses must not fill the disk: beyond this what ends soonest goes. */
const ROWS_MAX = 1_000_000

/** Deletes windows that are over, and what is too much; whether there may be more. */
export async function sweep(db: Db, now: Date, rowsMax = ROWS_MAX): Promise<boolean> {
  const { numAffectedRows } = await sql`
    delete from call_count where key in (
      select key from call_count
      where ends_at <= greatest(${now}::timestamptz, (
        select ends_at from call_count order by ends_at desc offset ${rowsMax}::bigint limit 1))
      order by ends_at limit ${SWEEP_MAX}::bigint for update skip locked
    )
  `.execute(db)
  return Number(numAffectedRows ?? 0) === SWEEP_MAX
}
