import { randomBytes } from 'node:crypto'
import pg from 'pg'

/** A database of one's own on the test run's server. */
export interface TestDatabase {
  readonly url: string
  /** Closes whatever is still connected and removes it. */
  drop(): Promise<void>
}

/**
 * A migrated database, cloned in milliseconds from a template that the first caller of a test run
 * makes; callers in other processes wait for it meanwhile.
 *
 * @param migrate brings the empty database behind the URL up to date and disconnects
 * @param schema tells templates apart that different functions migrate
 */
export async function createTestDatabase(
  migrate: (databaseUrl: string) => Promise<void>,
  schema = 'core',
): Promise<TestDatabase> {
  const { serverUrl, prefix } = readTestServer()
  const name = `${prefix}_db_${randomBytes(8).toString('hex')}`
  await withClient(serverUrl, async (client) => {
    const template = `${prefix}_template_${schema}`
    await ensureTemplate(client, template, () => migrate(databaseUrl(serverUrl, template)))
    await client.query(`create database ${name} template ${template}`)
  })
  return {
    url: databaseUrl(serverUrl, name),
    drop: () => withClient(serverUrl, (client) => dropDatabase(client, name)),
  }
}

/** Removes everything that `createTestDatabase` made in this test run. */
export async function dropTestDatabases(): Promise<void> {
  const { serverUrl, prefix } = readTestServer()
  await withClient(serverUrl, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      'select datname as name from pg_database where starts_with(datname, $1)',
      [`${prefix}_`],
    )
    for (const { name } of rows) {
      await client.query(`alter database ${name} is_template false`)
      await dropDatabase(client, name)
    }
  })
}

async function ensureTemplate(
  client: pg.Client,
  template: string,
  migrate: () => Promise<void>,
): Promise<void> {
  await client.query('select pg_advisory_lock(hashtext($1))', [template])
  try {
    const { rowCount } = await client.query(
      'select from pg_database where datname = $1 and datistemplate',
      [template],
    )
    if (rowCount) return
    await dropDatabase(client, template) // what a failed attempt left
    await client.query(`create database ${template}`)
    await migrate()
    // A database can only be copied while nobody is connected to it.
    await client.query(`alter database ${template} is_template true allow_connections false`)
    await client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1',
      [template],
    )
  } finally {
    await client.query('select pg_advisory_unlock(hashtext($1))', [template])
  }
}

async function dropDatabase(client: pg.Client, name: string): Promise<void> {
  await client.query(`drop database if exists ${name} with (force)`)
}

/** What the test run's global set-up left for its workers. */
function readTestServer(): { serverUrl: string; prefix: string } {
  const { DEFGUARD_TEST_DATABASE_URL: serverUrl, DEFGUARD_TEST_RUN: run } = process.env
  if (!serverUrl || !run)
    throw new Error('Test databases need the global set-up of jest.config.ts.')
  return { serverUrl, prefix: `defguard_test_${run}` }
}

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}
