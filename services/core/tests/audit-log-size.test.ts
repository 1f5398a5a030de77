import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { CamelCasePlugin, type CompiledQuery, Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import {
  createTestDatabase,
  type TestDatabase,
} from '../../../packages/local-stack/src/test-database.js'
import { type AuditFilter, list } from '../src/db/audit-entries.js'
import { migrate } from '../src/db/migrate.js'
import type { Schema } from '../src/db/schema.js'

const EVENTS = 102_000
/** What a page of 50 may look at; some filters leave out what others find. */
const ROWS_MAX = 6_000

let database: TestDatabase
let pool: pg.Pool
let db: Kysely<Schema>
const asked: CompiledQuery[] = []
beforeAll(async () => {
  database = await createTestDatabase(migrate)
  pool = new pg.Pool({ connectionString: database.url })
  db = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin()],
    log: ({ query }) => void asked.push(query),
  })
  await pool.query(`
    insert into audit_event (at, actor_kind, actor_name, action, object_kind, object_name, result, ip)
    select '2024-01-01'::timestamptz + i * interval '10 minutes', 'person', 'user' || i % 2000,
      case when i % 30000 = 7 then 'auth.locked' when i % 50 = 0 then 'user.updated'
        else (array['auth.login', 'enrollment.started', 'enrollment.activated', 'mail.sent'])[1 + i % 4] end,
      case when i % 50 = 0 then 'user' end, case when i % 50 = 0 then 'user' || (i / 50) % 2000 end,
      case when i % 97 = 0 then 'refused' when i % 5000 = 1 then 'failed' else 'ok' end,
      '10.0.' || i % 200 || '.1'
    from generate_series(1, ${EVENTS}) i;
    analyze audit_event`)
}, 60_000)
afterAll(async () => {
  await db.destroy()
  await database.drop()
})

const NOTHING: AuditFilter = {
  since: undefined,
  until: undefined,
  username: '',
  action: '',
  result: undefined,
  ip: '',
}
const EARLY = { since: new Date('2024-02-01'), until: new Date('2024-03-01') }

interface Plan {
  readonly 'Relation Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly Plan[]
}

function rowsOf(plan: Plan): number {
  const { 'Actual Rows': kept, 'Rows Removed by Filter': removed = 0, 'Actual Loops': loops } = plan
  const own = plan['Relation Name'] === 'audit_event' ? (kept + removed) * loops : 0
  return (plan.Plans ?? []).reduce((sum, part) => sum + rowsOf(part), own)
}

it.each<[string, Partial<AuditFilter>]>([
  ['all', {}],
  ['a time', EARLY],
  ['a person', { username: 'USER777' }],
  ['a person in a time', { username: 'user777', ...EARLY }],
  ['a person and what they did', { username: 'user777', action: 'auth.' }],
  ['nobody', { username: 'nobody' }],
  ['a frequent action', { action: 'enrollment.' }],
  ['a rare action', { action: 'auth.locked' }],
  ['a frequent and a rare one', { action: 'auth.' }],
  ['an action in a time', { action: 'auth.', ...EARLY }],
  ['refusals', { result: 'refused' }],
  ['failures', { result: 'failed' }],
  ['failures in a time', { result: 'failed', ...EARLY }],
  ['an address', { ip: '10.0.77.1' }],
  ['an address and what was refused there', { ip: '10.0.77.1', result: 'refused' }],
  ['an address and an action', { ip: '10.0.77.1', action: 'auth.' }],
  ['an address unheard of', { ip: '192.0.2.1' }],
])(`finds a page about %s among ${EVENTS} events without reading them all`, async (_what, some) => {
  for (const cursor of [undefined, EVENTS / 2]) {
    asked.length = 0
    await list(db, { ...NOTHING, ...some }, { size: 50, cursor })
    let rows = 0
    for (const { sql, parameters } of asked) {
      const explained = await pool.query(`explain (analyze, format json) ${sql}`, [...parameters])
      rows += rowsOf(explained.rows[0]['QUERY PLAN'][0].Plan)
    }
    expect(asked.length).toBeLessThanOrEqual(2)
    expect(rows).toBeLessThan(ROWS_MAX)
  }
})
