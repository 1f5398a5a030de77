import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import {
  createTestDatabase,
  type TestDatabase,
} from '../../../packages/local-stack/src/test-database.js'
import { type Core, createCore } from '../src/core.js'
import { migrate } from '../src/db/migrate.js'
import { RecordingTransport, testConfig, waitFor } from './_core.js'
import { query } from './_database.js'

const SCRIPT = new URL('../../../docker/protect-audit-log.sql', import.meta.url)

let database: TestDatabase
let role: string
/** The database as core's own role. */
let url: string
let core: Core
const time = { now: new Date('2024-01-15') }
beforeAll(async () => {
  database = await createTestDatabase(async () => {}, 'empty')
  const name = new URL(database.url).pathname.slice(1)
  role = `${name}_core`
  await query(database.url, `create role ${role} login password 'of-core'`)
  await query(database.url, `alter database ${name} owner to ${role}`)
  const own = new URL(database.url)
  own.username = role
  own.password = 'of-core'
  url = own.href
  await start()
})
afterAll(async () => {
  await core.stop()
  await query(database.url, 'drop owned by defguard_audit cascade')
  await query(database.url, 'drop role defguard_audit')
  await database.drop()
  const server = new URL(database.url)
  server.pathname = '/postgres'
  await query(server.href, `drop role ${role}`)
})

async function start(): Promise<void> {
  const seams = { clock: () => time.now, transport: new RecordingTransport() }
  core = createCore(testConfig(url), seams)
  await core.start()
}

const asCore = (text: string) => query(url, text)

const everythingChained = () =>
  waitFor(async () => {
    const [row] = await asCore(
      'select (select count(*) from audit_event) = (select count(*) from audit_link) as done',
    )
    return row?.done || undefined
  })

it('leaves core able to work, to chain and to drop what is too old, and to nothing else', async () => {
  await asCore('alter table audit_event disable trigger all') // which an owner can
  await asCore('alter table audit_event enable trigger all')
  const script = await readFile(SCRIPT, 'utf8')
  await query(database.url, script)
  await query(database.url, script)
  for (const statement of [
    'delete from audit_event',
    'update audit_event set action = null',
    'truncate audit_event, audit_link',
    'alter table audit_event disable trigger all',
    'drop trigger audit_event_append_only on audit_event',
    'drop table audit_event',
    'delete from audit_link',
    'delete from audit_head',
    'drop function drop_audit_events cascade',
    'create or replace function refuse_change() returns trigger language plpgsql as $$ begin return null; end $$',
    `create or replace function folded(value text) returns text language plpgsql volatile as
       $$ begin delete from audit_event; return value; end $$`,
    `insert into audit_cut values (1, '', '', '2020-01-01', now())`,
    'set session_replication_role = replica',
    'alter schema public owner to current_user',
  ])
    await expect(asCore(statement).then(() => statement)).rejects.toThrow(
      /must be owner|permission denied|must be able to SET ROLE/,
    )
  await everythingChained() // or there is nothing that could be dropped
  const shortened = `create or replace function audit_retention_limit(moment timestamptz)
      returns timestamptz language sql stable return 'infinity'::timestamptz;
    select drop_audit_events((select max(position) from audit_link), '', '2026-11-01', now())`
  await expect(asCore(shortened)).rejects.toThrow('the audit log keeps these events')
  // A table of core's own in the way of the function's.
  const disguised = `create temp table audit_link as select 1::bigint as position, ''::bytea as link, 1::bigint as event_id;
    select drop_audit_events(1, '', '2020-01-01', now())`
  await expect(asCore(disguised)).rejects.toThrow('the audit log keeps these events')

  await core.stop()
  await start()
  await core.bootstrapAdmin()
  await everythingChained()
  time.now = new Date('2026-03-01')
  await core.maintain()
  expect(await asCore('select action from audit_event')).toEqual([{ action: 'audit.dropped' }])
})

it('refuses where the database belongs to a superuser', async () => {
  const other = await createTestDatabase(migrate)
  const script = await readFile(SCRIPT, 'utf8')
  await expect(query(other.url, script)).rejects.toThrow('give core a role of its own')
  await other.drop()
})
