import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { createCore } from '../src/core.js'
import { chained, damage, links } from './_audit.js'
import { HOUR_MS, startTestCore, type TestCore } from './_core.js'
import { query } from './_database.js'
import { changeSettings } from './_settings.js'

let core: TestCore
beforeAll(async () => {
  core = await startTestCore(
    { adminSessionTimeoutMs: 40_000 * HOUR_MS },
    { now: new Date('2024-01-31T12:00:00Z') },
  )
  for (const [username, moment] of Object.entries({
    first: '2024-02-10T12:00:00.000Z',
    last: '2024-02-29T23:59:59.999Z',
    next: '2024-03-01T00:00:00.000Z',
    recent: '2026-02-01T12:00:00.000Z',
  })) {
    core.time.now = new Date(moment)
    await core.createUser(username)
    await chained(core)
  }
})
afterAll(() => core.stop())

const created = () =>
  query<{ name: string }>(
    core.databaseUrl,
    `select object_name as name from audit_event where action = 'user.created' order by id`,
  ).then((rows) => rows.map(({ name }) => name))

const sql = (text: string) => query(core.databaseUrl, text)

it('refuses to drop what is not past its retention, whoever asks and whatever their clock says', async () => {
  const [first] = await links(core)
  const drop = (olderThan: string) =>
    sql(`select drop_audit_events(${first?.position}, '', '${olderThan}', '2100-01-01')`)
  // Past its retention by the given clock only, and not whole months.
  await expect(drop('2027-01-01')).rejects.toThrow('the audit log keeps these events')
  await expect(drop('2024-01-01')).rejects.toThrow('the audit log keeps these events')
  for (const [table, statement] of [
    ['audit_event', 'delete from audit_event'],
    ['audit_event', `delete from audit_event where id = ${first?.event}`],
    ['audit_link', 'delete from audit_link'],
    ['audit_link', 'update audit_link set event_id = -1'],
    ['audit_head', 'delete from audit_head'],
    ['audit_key', 'truncate audit_key'],
  ] as const)
    await expect(sql(statement)).rejects.toThrow(`${table} is append-only`)
  await expect(
    sql(
      `insert into audit_cut select position, link, '', '2026-06-01', now() from audit_link limit 1`,
    ),
  ).rejects.toThrow('the audit log keeps these events')
})

it('drops whole months that are past the retention, once, and verifies what is left', async () => {
  const before = await links(core)
  core.time.now = new Date('2026-02-28T23:59:00Z')
  await core.core.maintain() // January, when this core was set up
  expect(await created()).toEqual(['first', 'last', 'next', 'recent'])
  core.time.now = new Date('2026-03-01T00:00:00Z')
  const other = createCore(core.config, core.seams)
  await Promise.all([core.core.maintain(), other.maintain()])
  await other.stop()
  await core.core.maintain()
  expect(await created()).toEqual(['next', 'recent'])
  await chained(core)
  const [kept] = await links(core)
  const cut = before.find(({ position }) => position + 1 === kept?.position)
  expect(await damage(core)).toBe('none')
  expect(await damage(core, cut?.text)).toBe('none')
  await expect(damage(core, before[0]?.text)).rejects.toThrow('is older than all that is kept')
  const dropped = await query(
    core.databaseUrl,
    `select details from audit_event where action = 'audit.dropped'`,
  )
  expect(dropped.map(({ details }) => details)).toEqual([
    { events: 3, position: 3, older_than: '2024-02-01T00:00:00.000Z' },
    { events: 2, position: cut?.position, older_than: '2024-03-01T00:00:00.000Z' },
  ])
})

it('takes a shorter retention from an admin, but none that would hide what has just happened', async () => {
  await expect(changeSettings(core, { audit_retention_months: 2 })).rejects.toThrow(
    'must be 3 to 240',
  )
  await changeSettings(core, { audit_retention_months: 3 })
  await chained(core)
  await core.core.maintain()
  expect(await created()).toEqual(['recent'])
  expect(await damage(core)).toBe('none')
})
