import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import pg from 'pg'
import { createTestDatabase } from '../../../packages/local-stack/src/test-database.js'
import { createCore } from '../src/core.js'
import { migrate } from '../src/db/migrate.js'
import { refusalOf } from './_clients.js'
import { MINUTE_MS, RecordingTransport, startTestCore, type TestCore, testConfig } from './_core.js'
import { whileAway } from './_database.js'

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
})
afterAll(() => core.stop())

async function query<Row extends pg.QueryResultRow>(
  text: string,
  url = core.databaseUrl,
): Promise<Row[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query<Row>(text)).rows
  } finally {
    await client.end()
  }
}

it('lets two cores start at once on an empty database', async () => {
  const empty = await createTestDatabase(async () => {}, 'empty')
  const cores = [1, 2].map(() =>
    createCore(testConfig(empty.url), { transport: new RecordingTransport() }),
  )
  await Promise.all(cores.map((one) => one.start()))
  const [row] = await query<{ count: string }>(`select count(*) from "user"`, empty.url)
  expect(row?.count).toBe('1')
  await Promise.all(cores.map((one) => one.stop()))
  await empty.drop()
})

it('refuses to change, remove or empty the audit trail', async () => {
  for (const statement of [
    `update audit_event set action = 'x'`,
    'delete from audit_event',
    'truncate audit_event',
  ]) {
    await expect(query(statement)).rejects.toThrow('audit_event is append-only')
  }
})

it('records who did what, with their words made harmless', async () => {
  await core.createUser('audited')
  const { token } = await core.invite('audited')
  await core.clients.enrollment.startEnrollment(
    { token },
    {
      'x-client-address': '203.0.113.9',
      'x-client-user-agent': encodeURIComponent('Evil\r\nset-cookie: x'),
      'x-request-id': 'request-1',
    },
  )
  const [event] = await query(
    `select actor_kind, actor_name, result, ip, user_agent, request_id from audit_event
     where action = 'enrollment.started' order by id desc limit 1`,
  )
  expect(event).toEqual({
    actor_kind: 'person',
    actor_name: 'audited',
    result: 'ok',
    ip: '203.0.113.9',
    user_agent: 'Evil%0D%0Aset-cookie: x',
    request_id: 'request-1',
  })
})

it('sums up guesses: one event per address and minute', async () => {
  const guess = (address: string) =>
    core.clients.enrollment
      .startEnrollment({ token: 'guess' }, { 'x-client-address': address })
      .catch(() => undefined)
  for (let i = 0; i < 5; i++) await guess('198.51.100.1')
  await guess('198.51.100.2')
  core.advance(2 * MINUTE_MS)
  await guess('198.51.100.1')
  const rows = await query<{ ip: string; count: string }>(
    `select ip, count(*) from audit_event where action = 'enrollment.start_refused'
       and reason = 'token_unknown' and ip like '198.51.100.%' group by ip order by ip`,
  )
  expect(rows).toEqual([
    { ip: '198.51.100.1', count: '2' },
    { ip: '198.51.100.2', count: '1' },
  ])
})

it('removes the devices of a link whose time ran out before the person enrolled', async () => {
  await core.createLocation('Office', ['10.1.0.1/29'])
  const sessionSecret = await core.startedEnrollment('lapsed')
  await core.addDevice(sessionSecret, 'Laptop')
  const kept = await core.startedEnrollment('enrolled')
  await core.addDevice(kept, 'Laptop')
  await core.activate(kept, 'correct horse battery')
  core.advance(11 * MINUTE_MS)
  await core.core.maintain()
  const { devices } = await core.clients.devices.listDevices({
    page: undefined,
    username: '',
    location: '',
  })
  expect(devices.map((device) => device.user)).toEqual(['enrolled'])
  const free = await query(
    `select host(first) as first, host(last) as last from location_free_range order by first`,
  )
  expect(free).toEqual([
    { first: '10.1.0.2', last: '10.1.0.2' },
    { first: '10.1.0.4', last: '10.1.0.6' },
  ])
})

it('answers unavailable while the database is away, without a word about it, and recovers', async () => {
  const err = await whileAway(core.databaseUrl, () =>
    core.start('dge_tCL7q3jjBItB2mLT2aAC514GiOwkGQs02E4Q2N').catch((error) => error),
  )
  expect({ code: err.code, details: err.details }).toEqual({
    code: 14,
    details: 'temporarily unavailable',
  })
  const again = await core
    .start('dge_tCL7q3jjBItB2mLT2aAC514GiOwkGQs02E4Q2N')
    .catch((error) => error)
  expect(again.details).toBe('invalid token')
})

it('answers unavailable, not with a fault, when others hold what it needs for too long', async () => {
  const client = new pg.Client(core.databaseUrl)
  await client.connect()
  try {
    const sessionSecret = await core.startedEnrollment('waiting')
    await client.query('begin; select pg_advisory_xact_lock(7230001)') // access, as lockAccess takes it
    const err = await core.addDevice(sessionSecret, 'Laptop').catch((refused) => refused)
    expect(refusalOf(err)).toMatchObject({
      code: status.UNAVAILABLE,
      message: 'temporarily unavailable',
    })
  } finally {
    await client.end()
  }
}, 20_000)

it('tells that nobody can administer, and makes one account when told to', async () => {
  const empty = await createTestDatabase(migrate)
  const config = {
    ...testConfig(empty.url),
    firstAdmin: { ...testConfig('').firstAdmin, password: undefined },
  }
  const first = createCore(config, { transport: new RecordingTransport() })
  const made = await first.bootstrapAdmin()
  const again = await first.bootstrapAdmin()
  await first.stop()
  expect(made.username).toBe('admin')
  expect(again.password).not.toBe(made.password)
  expect(await query(`select username from "user"`, empty.url)).toEqual([{ username: 'admin' }])
  await empty.drop()
})

it('refuses to start when the account that should administer cannot', async () => {
  await query(`update "user" set is_active = false where username = 'admin'`)
  const stuck = createCore(core.config, { transport: new RecordingTransport() })
  await expect(stuck.start()).rejects.toThrow('Nobody can administer: the account "admin" exists')
  await stuck.stop()
  await query(`update "user" set is_active = true where username = 'admin'`)
})

// Statements are prepared once per connection. A kept `select *` fails as soon as there is a column
// more, and with several cores the newest one migrates while the others still serve.
it('serves on while a newer version adds a column to every table', async () => {
  const { token } = await core.addDevice(await core.startedEnrollment('upgraded'), 'Laptop')
  const poll = () => core.clients.enrollment.getInstanceInfo({ polling_token: token ?? '' })
  const show = () => core.clients.users.getUser({ username: 'upgraded' })
  const before = await Promise.all([poll(), poll(), show(), show()])
  await query(`
    do $$ declare name text; begin
      for name in select table_name from information_schema.tables
        where table_schema = 'public' and table_type = 'BASE TABLE'
      loop execute format('alter table %I add column of_the_next_version int', name); end loop;
    end $$`)
  expect(await Promise.all([poll(), poll(), show(), show()])).toEqual(before)
  await core.addDevice(await core.startedEnrollment('newcomer'), 'Laptop')
})
