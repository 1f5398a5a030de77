import { afterAll, beforeAll, expect, it, jest } from '@jest/globals'
import { createTestDatabase } from '../../../packages/local-stack/src/test-database.js'
import { createCore } from '../src/core.js'
import { migrate } from '../src/db/migrate.js'
import { chained, damage, links, tamper } from './_audit.js'
import { MINUTE_MS, startTestCore, type TestCore, testConfig, waitFor } from './_core.js'
import { CoreProcess } from './_core-process.js'
import { query, whileHolding } from './_database.js'

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
})
afterAll(() => core.stop())

const write = (count: number, action: string) =>
  query(
    core.databaseUrl,
    `insert into audit_event (at, actor_kind, action, result)
     select '2026-01-01', 'system', '${action}', 'ok' from generate_series(1, ${count})`,
  )

/** The actions in the order of the chain. */
const story = async (like: string) => {
  const rows = await query<{ action: string }>(
    core.databaseUrl,
    `select action from audit_link join audit_event on id = event_id where action like '${like}'
     order by position`,
  )
  return rows.map(({ action }) => action)
}

it('chains an event that becomes visible late once, behind those that did not wait for it', async () => {
  await chained(core)
  await whileHolding(
    core.databaseUrl,
    `insert into audit_event (at, actor_kind, action, result) values ('2026-01-01', 'system', 'late.first', 'ok')`,
    0,
    () => write(1, 'late.second'),
    async () => {
      // Written and committed, but what is still running may belong before it.
      const other = createCore(core.config, core.seams)
      await other.start()
      await other.stop() // which has looked once
      expect(await story('late.%')).toEqual([])
    },
  )
  await chained(core)
  expect(await story('late.%')).toEqual(['late.first', 'late.second'])
  expect(await damage(core)).toBe('none')
})

it('makes one chain of what several cores chain at once', async () => {
  const others = [createCore(core.config, core.seams), createCore(core.config, core.seams)]
  await Promise.all(others.map((other) => other.start()))
  for (let i = 0; i < 5; i++) await Promise.all([write(700, 'crowd.a'), write(900, 'crowd.b')])
  await chained(core)
  await Promise.all(others.map((other) => other.stop()))
  const all = await links(core)
  expect(all.map(({ position }) => position)).toEqual(all.map((_, i) => i + 1))
  expect(new Set(all.map(({ event }) => event)).size).toBe(all.length)
  expect(await damage(core)).toBe('none')
})

it('logs the newest link once a minute, while there is something new', async () => {
  await chained(core)
  core.advance(MINUTE_MS)
  const info = jest.spyOn(core.core.log, 'info')
  const lines = () => info.mock.calls.filter(([, message]) => message === 'audit chain')
  await core.createUser('noted')
  await waitFor(() => (lines().length > 0 ? true : undefined))
  await core.createUser('soon')
  await chained(core)
  const other = createCore(core.config, core.seams)
  await other.start() // takes turns with the first, which has looked again by the time it is chained
  await core.createUser('sooner')
  await chained(core)
  await other.stop()
  expect(lines()).toHaveLength(1)
  core.advance(MINUTE_MS)
  await core.createUser('later')
  await waitFor(() => (lines().length === 2 ? true : undefined))
  const all = await links(core)
  for (const [line] of lines()) {
    const { position, link, count } = line as unknown as Record<string, string | number>
    expect(all.map(({ text }) => text)).toContain(`${position}:${link}`)
    expect(count).toBeGreaterThan(0)
  }
  info.mockRestore()
})

it('never goes on from an end that is not its own, and says so', async () => {
  await chained(core)
  const [before] = await query(core.databaseUrl, 'select * from audit_head')
  const error = jest.spyOn(core.core.log, 'error')
  await tamper(core, `update audit_head set code = sha256(code)`)
  await core.createUser('unchained')
  const [, message] = await waitFor(() => error.mock.calls[0] as unknown as [object, string])
  expect(message).toBe('the audit log is not being chained')
  expect(await damage(core)).toBe(`forged at ${(await links(core)).length}`)
  await query(core.databaseUrl, 'update audit_head set code = $1', [before?.code])
  await chained(core)
  expect(await damage(core)).toBe('none')
  error.mockRestore()
})

// A dump knows no transactions: in a restored copy all events are from the one that restored them.
it('goes on in a restored copy of the database with what had no link yet', async () => {
  await chained(core)
  const columns = `id, at, actor_kind, actor_id, actor_name, action, object_kind, object_id, object_name,
    result, reason, ip, user_agent, request_id, details`
  await whileHolding(
    core.databaseUrl,
    'create table held (one integer)', // without which nothing would wait
    0,
    () => write(3, 'restored.unchained'),
    async () => {
      await tamper(
        core,
        `create temp table dump as select * from audit_event; delete from audit_event;
         insert into audit_event (${columns}) overriding system value select ${columns} from dump`,
      )
      await core.restart()
    },
  )
  await core.createUser('restored')
  await chained(core)
  expect(await story('restored.%')).toHaveLength(3)
  expect(await damage(core)).toBe('none')
})

it('goes on where it was when core is killed in the middle, and logs its links', async () => {
  const database = await createTestDatabase(migrate)
  const process = new CoreProcess({ ...testConfig(database.url), logLevel: 'info' })
  await process.start()
  const flood = query(
    database.url,
    `insert into audit_event (at, actor_kind, action, result)
     select now(), 'system', 'flood', 'ok' from generate_series(1, 30000)`,
  )
  await flood
  const count = async () =>
    Number((await query(database.url, 'select count(*) from audit_link'))[0]?.count)
  await waitFor(async () => ((await count()) > 2000 ? true : undefined))
  await process.kill()
  const left = await count()
  expect(left).toBeLessThan(30_000)
  await process.start()
  const all = await waitFor(async () => {
    const [row] = await query(database.url, 'select count(*) from audit_event')
    return Number(row?.count) === (await count()) ? count() : undefined
  }, MINUTE_MS)
  expect(all).toBeGreaterThan(30_000)
  const verdict = await process.persist(async (clients) => {
    let last: unknown
    for await (const piece of clients.verifyAudit()) last = piece.verdict
    return last
  })
  expect(verdict).toMatchObject({ damage: 0, intact_position: all })
  // The first line of each core comes at once, the next ones each minute.
  const lines = process.log.split('\n').filter((line) => line.includes('"msg":"audit chain"'))
  expect(lines.length).toBeGreaterThanOrEqual(2)
  const { position, link } = JSON.parse(lines.at(-1) ?? '')
  const since = await process.persist(async (clients) => {
    let last: unknown
    for await (const piece of clients.verifyAudit(`${position}:${link}`)) last = piece.verdict
    return last
  })
  expect(since).toMatchObject({ damage: 0, intact_position: all })
  await process.kill()
  await database.drop()
}, 120_000)
