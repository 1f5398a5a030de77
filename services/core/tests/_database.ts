import pg from 'pg'
import { waitFor } from './_core.js'

/** Opens the database itself, for invariants about it and for what no command does. */
export async function query<Row extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query<Row>(text, [...values])).rows
  } finally {
    await client.end()
  }
}

/**
 * Runs `act` while a transaction holds what `statement` locks, and commits that once `waiting`
 * transactions wait for it, thus are past whatever they look at before, and `meanwhile` is done.
 */
export async function whileHolding<T>(
  url: string,
  statement: string,
  waiting: number,
  act: () => Promise<T>,
  meanwhile: () => Promise<unknown> = async () => {},
): Promise<T> {
  const holder = new pg.Client(url)
  await holder.connect()
  try {
    await holder.query('begin')
    await holder.query(statement)
    const acting = act()
    await waitFor(async () => ((await waitingOf(url)).length === waiting ? true : undefined))
    await meanwhile()
    await holder.query('commit')
    return await acting
  } finally {
    await holder.end()
  }
}

/** The backends that wait for a lock. */
export function waitingOf(url: string): Promise<{ pid: number }[]> {
  return query(
    url,
    `select pid from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock'`,
  )
}
