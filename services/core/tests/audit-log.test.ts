import {
  type AuditEvent,
  AuditResult,
  type ListAuditEventsRequest,
} from '@defguard/proto/admin/v1/audit'
import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { createGroup } from './_access.js'
import { chained } from './_audit.js'
import { refusalOf } from './_clients.js'
import { HOUR_MS, startTestCore, type TestCore } from './_core.js'
import { query } from './_database.js'

const PASSWORD = 'correct horse battery'
const ALL: ListAuditEventsRequest = {
  page: undefined,
  since_timestamp: 0,
  until_timestamp: 0,
  username: '',
  action: '',
  result: AuditResult.UNSPECIFIED,
  ip: '',
}

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
  await core.createUser('anna', { password: PASSWORD })
  await core.createUser('bert')
  core.advance(HOUR_MS)
  const { token } = await core.invite('bert')
  await core.clients.enrollment.startEnrollment({ token }, { 'x-client-address': '203.0.113.9' })
  core.advance(HOUR_MS)
  await core.acceptsPassword('anna', 'wrong')
  await core.loggedIn('anna', PASSWORD)
  await core.disable('anna')
})
afterAll(() => core.stop())

const list = async (filter: Partial<ListAuditEventsRequest> = {}) =>
  (await core.clients.audit.listAuditEvents({ ...ALL, ...filter })).events
const words = (events: readonly AuditEvent[]) =>
  events.map(({ actor_name, action, object_name, result }) =>
    [actor_name ?? '-', action, object_name ?? '-', AuditResult[result]?.toLowerCase()].join(' '),
  )

it('lists what an account did and what was done to it and its links, newest first', async () => {
  expect(words(await list({ username: 'ANNA' }))).toEqual([
    'admin user.disabled anna ok',
    'anna auth.login anna ok',
    'anna auth.login - refused',
    'admin user.created anna ok',
  ])
  expect(words(await list({ username: 'bert' }))).toEqual([
    'bert enrollment.started bert ok',
    'admin enrollment.token_issued bert ok',
    'admin user.created bert ok',
  ])
})

it('lists by action, result, address and time, alone and together', async () => {
  expect(words(await list({ action: 'user.' }))).toEqual([
    'admin user.disabled anna ok',
    'admin user.created bert ok',
    'admin user.created anna ok',
  ])
  expect(words(await list({ action: 'auth.login', result: AuditResult.REFUSED }))).toEqual([
    'anna auth.login - refused',
  ])
  expect(words(await list({ result: AuditResult.REFUSED }))).toEqual(['anna auth.login - refused'])
  expect(words(await list({ ip: '203.0.113.9' }))).toEqual(['bert enrollment.started bert ok'])
  expect(await list({ ip: '203.0.113.9', username: 'anna' })).toEqual([])
  expect(await list({ action: 'usher.' })).toEqual([])
  const hour = 1_767_225_600 + 3600
  const between = { since_timestamp: hour, until_timestamp: hour + 3600 }
  expect(words(await list(between))).toEqual([
    'bert enrollment.started bert ok',
    'admin enrollment.token_issued bert ok',
  ])
  expect(words(await list({ ...between, action: 'enrollment.st' }))).toHaveLength(1)
  expect(await list({ since_timestamp: Number.MAX_SAFE_INTEGER })).toEqual([])
  const call = list({ since_timestamp: hour, until_timestamp: hour })
  expect(refusalOf(await call.catch((err) => err))).toMatchObject({
    code: status.INVALID_ARGUMENT,
    message: 'until: must be later than since',
  })
})

it('finds nothing for what can be in no event', async () => {
  for (const odd of ["'", '%', '\u{10ffff}', 'x'.repeat(100_000)])
    for (const field of ['username', 'action', 'ip'])
      await expect(list({ [field]: odd })).resolves.toEqual([])
})

it.each([{}, { username: 'anna' }, { action: 'user.' }])(
  'gives every event of a list in pages, each once: %j',
  async (filter) => {
    const paged: AuditEvent[] = []
    let token = ''
    do {
      const page = { page_size: 1, page_token: token }
      const reply = await core.clients.audit.listAuditEvents({ ...ALL, ...filter, page })
      paged.push(...reply.events)
      token = reply.next_page_token
    } while (token !== '')
    expect(paged).toEqual(await list(filter))
  },
)

it('says when to the microsecond, from where, and what is named beside', async () => {
  const [created] = await list({ action: 'user.created', username: 'bert' })
  expect(created).toMatchObject({
    timestamp_micros: 1_767_225_600_400_000,
    actor_kind: 'admin',
    object_kind: 'user',
    ip: '127.0.0.1',
  })
  expect(JSON.parse(created?.details_json ?? '')).toEqual({ groups: [], has_password: false })
})

it('keeps the names of people who are gone', async () => {
  await core.createUser('gone')
  await core.clients.users.deleteUser({ username: 'gone', take_over_tokens: false })
  expect(words(await list({ username: 'gone' }))).toEqual([
    'admin user.deleted gone ok',
    'admin user.created gone ok',
  ])
})

it('exports all in the order of the chain, and the rest after an interruption', async () => {
  await chained(core)
  const positions: number[] = []
  const ids = new Set<number>()
  const read = async (after: number, upTo = Number.POSITIVE_INFINITY) => {
    for await (const { position, event } of core.clients.exportAudit(after)) {
      positions.push(position)
      ids.add(event?.id ?? 0)
      if (position === upTo) return
    }
  }
  await read(0, 3)
  await core.restart()
  await core.createUser('meanwhile')
  await chained(core)
  await read(positions.at(-1) ?? 0)
  expect(positions).toEqual(positions.map((_, i) => i + 1))
  const [row] = await query<{ ids: string[] }>(
    core.databaseUrl,
    'select array_agg(id) ids from audit_event',
  )
  expect(ids).toEqual(new Set(row?.ids.map(Number)))
  await expect(read(positions.length + 100)).rejects.toThrow('is not a position of this log')
})

it('shows the log to auditors and admins only', async () => {
  for (const [role, mayRead] of [
    ['auditor', true],
    ['user_admin', false],
    ['', false],
  ] as const) {
    await createGroup(core, `${role}s`, role)
    await core.createUser(`as-${role}1`, { groups: [`${role}s`], password: PASSWORD })
    const as = await core.loggedIn(`as-${role}1`, PASSWORD)
    const answer = await core.clients.audit.listAuditEvents(ALL, as).then(
      () => true,
      (err) => refusalOf(err).code !== status.PERMISSION_DENIED,
    )
    expect([role, answer]).toEqual([role, mayRead])
  }
})
