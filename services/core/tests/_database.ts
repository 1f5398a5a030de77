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

/** Runs `act` while the database lets nobody in and has thrown everybody out. */
export async function whileAway<T>(url: string, act: () => Promise<T>): Promise<T> {
  const database = new URL(url).pathname.slice(1)
  const other = new URL(url)
  other.pathname = '/postgres'
  await query(other.href, `alter database ${database} with allow_connections false`)
  await query(
    other.href,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}'`,
  )
  try {
    return await act()
  } finally {
    await query(other.href, `alter database ${database} with allow_connections true`)
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
