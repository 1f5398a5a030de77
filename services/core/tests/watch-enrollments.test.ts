import { afterAll, beforeAll, expect, it } from '@jest/globals'
import pg from 'pg'
import { createCore } from '../src/core.js'
import { connect, refusalOf } from './_clients.js'
import {
  ADMIN_PASSWORD,
  HOUR_MS,
  MINUTE_MS,
  startTestCore,
  type TestCore,
  waitFor,
} from './_core.js'

const PASSWORD = 'Tulip-rain-4711!'

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
})
afterAll(() => core.stop())

type Watch = Awaited<ReturnType<TestCore['clients']['watch']>>

/** Waits until a watch has told as much, and for what it might tell beyond that. */
async function story(watch: Watch, length: number): Promise<string[]> {
  await waitFor(() => (watch.events.length >= length ? true : undefined))
  return watch.story
}

it('tells an enrollment from the invitation to the activation, in order', async () => {
  await core.createLocation('Office', ['10.1.1.1/24'])
  const watch = await core.clients.watch()
  await core.createUser('anna')
  const { id, token } = await core.invite('anna', { send_email: true })
  await core.mail('anna@example.com')
  await waitFor(() => watch.story.find((line) => line.startsWith('mail_sent')))
  const { session_secret } = await core.start(token)
  await core.clients.enrollment.reportMistake({ session_secret, text: 'It is Łęcka.' })
  await core.addDevice(session_secret, 'laptop')
  await expect(core.activate(session_secret, 'short')).rejects.toThrow()
  await core.activate(session_secret, PASSWORD)
  expect(await story(watch, 7)).toEqual([
    'issued anna',
    'mail_sent anna',
    'started anna',
    'note anna',
    'device_added anna',
    'activation_refused anna',
    'activated anna',
  ])
  expect(watch.events.map((event) => event.token_id)).toEqual(Array(7).fill(id))
  expect(watch.events[0]).toMatchObject({ actor: 'admin' })
  expect(watch.events[4]).toMatchObject({ device: 'laptop' })
  expect(watch.events[5]).toMatchObject({ reason: 'password_too_short' })
  watch.stop()
})

it('tells why a link does not work, and what replaced or withdrew it', async () => {
  await core.createUser('bob')
  const watch = await core.clients.watch()
  const older = await core.invite('bob')
  const newer = await core.invite('bob')
  await expect(core.start(older.token)).rejects.toThrow('invalid token')
  await core.clients.enrollments.revokeToken({ token: { id: newer.id, username: undefined } })
  expect(await story(watch, 5)).toEqual([
    'issued bob',
    'revoked bob',
    'issued bob',
    'start_refused bob',
    'revoked bob',
  ])
  expect(watch.events[3]).toMatchObject({ token_id: older.id, reason: 'token_revoked' })
  watch.stop()
})

it('goes on from a cursor over a restart: each event once, in order', async () => {
  const before = await core.clients.watch()
  await core.createUser('carol')
  await core.invite('carol')
  expect(await story(before, 1)).toEqual(['issued carol'])
  const ended = before.ended
  await core.restart()
  await ended
  const { token } = await core.invite('carol')
  await core.start(token)
  const after = await core.clients.watch(before.cursor)
  expect(await story(after, 3)).toEqual(['revoked carol', 'issued carol', 'started carol'])
  after.stop()
})

it('lets core stop at once while somebody watches', async () => {
  await core.clients.watch()
  const startedAt = performance.now()
  await core.restart()
  expect(performance.now() - startedAt).toBeLessThan(4_000)
})

it('waits for a transaction that is still open, and then tells both, each once', async () => {
  await core.createUser('dora')
  const watch = await core.clients.watch()
  const writer = new pg.Client(core.databaseUrl)
  await writer.connect()
  const write = (name: string) =>
    writer.query(
      `insert into audit_event (at, actor_kind, action, object_kind, object_name, result)
       values (now(), 'admin', 'enrollment.token_issued', 'enrollment_token', $1, 'ok')`,
      [name],
    )
  try {
    await writer.query('begin')
    // Its id is given out now, and can be seen only after those that follow.
    await write('held-open')
    const { token } = await core.invite('dora')
    await core.start(token)
    // Whoever looks now finds the later ones committed, and must not pass the one that is on its way.
    const meanwhile = await core.clients.watch(watch.cursor)
    expect([...watch.story, ...meanwhile.story]).toEqual([])
    meanwhile.stop()
    await writer.query('commit')
    const expected = ['issued held-open', 'issued dora', 'started dora']
    expect(await story(watch, 3)).toEqual(expected)
    const afterwards = await core.clients.watch(meanwhile.cursor)
    expect(await story(afterwards, 3)).toEqual(expected)
    afterwards.stop()
  } finally {
    await writer.end()
    watch.stop()
  }
})

it('never tells what was rolled back', async () => {
  await core.createUser('erin')
  const watch = await core.clients.watch()
  const writer = new pg.Client(core.databaseUrl)
  await writer.connect()
  await writer.query('begin')
  await writer.query(
    `insert into audit_event (at, actor_kind, action, object_kind, object_name, result)
     values (now(), 'admin', 'enrollment.token_issued', 'enrollment_token', 'undone', 'ok')`,
  )
  await writer.query('rollback')
  await writer.end()
  await core.invite('erin')
  expect(await story(watch, 1)).toEqual(['issued erin'])
  watch.stop()
})

it('loses and repeats nothing while two cores write at once and a reader keeps reconnecting', async () => {
  const other = createCore(core.config, core.seams)
  await other.start()
  const second = connect(other.port, () => core.bearer)
  const names = Array.from({ length: 24 }, (_, i) => `many${i}`)
  for (const name of names) await core.createUser(name)
  const steady = await core.clients.watch()
  const told: string[] = []
  let cursor = steady.cursor
  const invitations = Promise.all(
    names.map(async (name, i) => {
      const { enrollments } = i % 2 ? core.clients : second
      const options = { send_email: false, email: undefined, expires_in_seconds: 0 }
      const { invitation } = await enrollments.issueEnrollment({ username: name, options })
      await core.start(invitation?.token ?? '')
    }),
  )
  while (told.length < 2 * names.length) {
    // Each time on the other replica.
    const watch = await (told.length % 2 ? core.clients : second).watch(cursor)
    await waitFor(() => (watch.events.length > 0 ? true : undefined))
    told.push(...watch.story)
    cursor = watch.cursor
    watch.stop()
  }
  await invitations
  const expected = names.flatMap((name) => [`issued ${name}`, `started ${name}`]).sort()
  expect([...told].sort()).toEqual(expected)
  expect(await story(steady, expected.length)).toEqual(told)
  steady.stop()
  second.close()
  await other.stop()
})

it('tells once that time has ended a link, whichever core notices', async () => {
  const other = createCore(core.config, core.seams)
  await other.start()
  await core.createUser('fred')
  await core.createUser('gina')
  await core.invite('fred')
  const { token } = await core.invite('gina')
  await core.start(token)
  const watch = await core.clients.watch()
  core.advance(11 * MINUTE_MS)
  await Promise.all([core.core.maintain(), other.maintain()])
  await waitFor(() => watch.story.find((line) => line === 'over gina'))
  core.advance(25 * HOUR_MS)
  await Promise.all([core.core.maintain(), other.maintain(), core.core.maintain()])
  await waitFor(() => watch.story.find((line) => line === 'expired fred'))
  // Whatever was told twice would come before this.
  await core.invite('fred')
  await waitFor(() => watch.story.find((line) => line === 'issued fred'))
  const ofBoth = watch.story.filter((line) => /(over|expired) (fred|gina)/.test(line))
  expect(ofBoth).toEqual(['over gina', 'expired fred'])
  watch.stop()
  await other.stop()
})

it('refuses a cursor that it did not give', async () => {
  for (const cursor of ['1', 'ZXZlbnQ6OTk5OTk5OTk5OTk5OjA']) {
    const refused = await core.clients.watch(cursor).catch(refusalOf)
    expect(refused).toMatchObject({ code: 3, reason: 'invalid_argument' })
  }
})

it('is for whoever may read of people', async () => {
  const { groups, auth } = core.clients
  await groups.createGroup({ request_id: '', name: 'auditors', role: 'auditor' })
  await core.createUser('otto', { groups: ['auditors'], password: PASSWORD })
  await groups.createGroup({ request_id: '', name: 'helpers', role: 'user_admin' })
  await core.createUser('uma', { groups: ['helpers'], password: PASSWORD })
  await core.createUser('paul', { password: PASSWORD })
  const bearerOf = async (login: string, password: string) =>
    (await auth.login({ login, password })).session_secret
  const watchAs = async (login: string, password = PASSWORD) => {
    const bearer = await bearerOf(login, password)
    const clients = connect(core.core.port, () => bearer)
    try {
      const watch = await clients.watch()
      watch.stop()
      return 'watched'
    } catch (err) {
      return refusalOf(err).reason
    } finally {
      clients.close()
    }
  }
  expect(await watchAs('otto')).toBe('watched')
  expect(await watchAs('uma')).toBe('watched')
  expect(await watchAs('admin', ADMIN_PASSWORD)).toBe('watched')
  expect(await watchAs('paul')).toBe('not_allowed')
})
