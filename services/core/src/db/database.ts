import { CamelCasePlugin, Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import pg from 'pg'
import { isRetryable, translateViolation } from './errors.js'
import { PreparingClient } from './preparing-client.js'
import type { Schema } from './schema.js'

export type Db = Kysely<Schema>
/** A query that takes a Tx instead of a Db only makes sense as part of something larger. */
export type Tx = Transaction<Schema>

export interface DatabaseOptions {
  readonly url: string
  readonly poolMax: number
  /** For what is not a request; 0 means none. */
  readonly statementTimeoutMs?: number
  /** Told of connections that break while nobody uses them. */
  readonly onIdleError: (err: Error) => void
}

/** How long a request waits for a connection before it is told that the database is away. */
const CONNECT_TIMEOUT_MS = 4_000
/** Below the deadlines of all callers, so that a stuck statement frees its connection. */
const STATEMENT_TIMEOUT_MS = 8_000
/** So much later the answer is given up, too: the database may have given it, and the network not. */
const ANSWER_GRACE_MS = 2_000
/** Before it is asked whether anybody is still at the other end of a silent connection. */
const KEEP_ALIVE_DELAY_MS = 10_000
const ATTEMPTS_MAX = 4

const INT8 = 20

export function openDatabase(options: DatabaseOptions): Db {
  const statementTimeoutMs = options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS
  const pool = new pg.Pool({
    Client: PreparingClient,
    connectionString: options.url,
    max: options.poolMax,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs === 0 ? undefined : statementTimeoutMs + ANSWER_GRACE_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_DELAY_MS,
    application_name: 'defguard-core',
    types: { getTypeParser },
  })
  pool.on('error', options.onIdleError)
  // One that breaks while it is used fails its statement; without a listener it would end the process.
  pool.on('connect', (client) => client.on('error', () => {}))
  return new Kysely<Schema>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  })
}

/** Ids are int8 and stay far below 2^53: they reach TypeScript as numbers, or not at all. */
function getTypeParser(oid: number, format?: 'text' | 'binary') {
  return oid === INT8 ? parseSafeInteger : pg.types.getTypeParser(oid, format as 'text')
}

function parseSafeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new Error('An integer of the database is not a safe one.')
  return value
}

/**
 * Runs `work` in one transaction. Deadlocks and lost address races are rolled back and tried again,
 * so `work` must change nothing but the database; a violated rule becomes its DomainError.
 */
export async function inTransaction<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(work)
    } catch (err) {
      if (attempt < ATTEMPTS_MAX && isRetryable(err)) continue
      throw translateViolation(err)
    }
  }
}

/** Whether the database answers. */
export async function ping(db: Db): Promise<boolean> {
  await sql`select`.execute(db)
  return true
}
