import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { newSecret } from '../src/domain/secret.js'
import { refusalOf } from './_clients.js'
import { ADMIN_PASSWORD, HOUR_MS, MINUTE_MS, startTestCore, type TestCore } from './_core.js'
import { query, whileHolding } from './_database.js'

const PASSWORD = 'correct horse battery'

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
})
afterAll(() => core.stop())

const report = (sessionSecret: string, text: string) =>
  core.clients.enrollment.reportMistake({ session_secret: sessionSecret, text })

async function reportRefusal(sessionSecret: string, text: string) {
  return refusalOf(await report(sessionSecret, text).catch((err) => err))
}

const askForLink = (token: string) => core.clients.enrollment.requestNewLink({ token })

/** The recipients of all mails of a kind that are waiting or sent, oldest first. */
async function recipientsOf(kind: string): Promise<string[]> {
  const rows = await query<{ recipient: string }>(
    core.databaseUrl,
    'select recipient from mail where kind = $1 order by id',
    [kind],
  )
  return rows.map((row) => row.recipient)
}

async function auditedTimes(name: string, action: string): Promise<number> {
  const rows = await query(
    core.databaseUrl,
    'select id from audit_event where actor_name = $1 and action = $2',
    [name, action],
  )
  return rows.length
}

/** A person whose link died unused, and the dead token. */
async function lateComer(name: string) {
  await core.createUser(name)
  const invitation = await core.invite(name, { expires_in_seconds: 300 })
  core.advance(5 * MINUTE_MS)
  return invitation
}

it('mails the inviting admin what the person wrote, beside the data on record, and changes nothing', async () => {
  const session = await core.startedEnrollment('ania')
  const before = await core.clients.users.getUser({ username: 'ania' })
  await report(session, '  My name is <b>Anna</b>,\r\nnot Jo.\u0000\u0007\n\n> thanks\t ')
  const mail = await core.mail('adam@example.com', 'ania')
  expect(mail.subject).toBe('Jo Doe reports a mistake in their data')
  expect(mail.text).toContain('\n> My name is <b>Anna</b>,\n> not Jo.\n> \n> > thanks\n')
  expect(mail.html).toContain('My name is &lt;b&gt;Anna&lt;/b&gt;,\nnot Jo.')
  for (const value of ['Jo Doe', 'ania', 'ania@example.com', '+48 600100200'])
    expect(mail.text).toContain(value)
  expect(await core.clients.users.getUser({ username: 'ania' })).toEqual(before)
  expect(await auditedTimes('ania', 'enrollment.mistake_reported')).toBe(1)
  await core.activate(session, PASSWORD)
})

it('takes three notes of a token, whichever of its sessions sends them, and refuses the fourth', async () => {
  await core.createUser('talkative')
  const { token } = await core.invite('talkative')
  const sessions = [await core.start(token), await core.start(token)].map(
    (one) => one.session_secret,
  )
  const outcomes = await whileHolding(
    core.databaseUrl,
    `update enrollment_token set device_count = device_count where started_at is not null`,
    8,
    () =>
      Promise.allSettled(Array.from({ length: 8 }, (_, i) => report(sessions[i % 2] ?? '', 'x'))),
  )
  expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(3)
  const limit = {
    code: status.RESOURCE_EXHAUSTED,
    message: 'no more notes can be sent with this link',
    reason: 'note_limit',
  }
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') expect(refusalOf(outcome.reason)).toEqual(limit)
  expect(await reportRefusal(sessions[0] ?? '', 'once more')).toEqual(limit)
  expect(await auditedTimes('talkative', 'enrollment.mistake_reported')).toBe(3)
})

it.each(['', ' \n\t ', '\u0000', 'x'.repeat(2001), '😀'.repeat(2001)])(
  'refuses a note that is empty or too long, names the field, and counts nothing',
  async (text) => {
    const name = `note-${[...text].length}-${text.codePointAt(0) ?? 0}`
    const session = await core.startedEnrollment(name)
    expect(await reportRefusal(session, text)).toMatchObject({
      code: status.INVALID_ARGUMENT,
      message: 'text: must be 1 to 2000 characters',
    })
    for (let i = 0; i < 3; i++) await report(session, '😀'.repeat(2000))
  },
)

it('takes no note without a session that may act', async () => {
  expect(await reportRefusal('', 'x')).toMatchObject({ reason: 'no_session' })
  const foreign = newSecret('passwordResetSession').secret
  expect(await reportRefusal(foreign, 'x')).toMatchObject({ reason: 'wrong_token_kind' })
  const session = await core.startedEnrollment('blocked')
  await core.disable('blocked')
  expect(await reportRefusal(session, 'x')).toEqual({
    code: status.PERMISSION_DENIED,
    message: 'user is disabled',
    reason: 'user_disabled',
  })
  await core.enable('blocked')
  core.advance(10 * MINUTE_MS)
  expect(await reportRefusal(session, 'x')).toMatchObject({ reason: 'session_over' })
})

it('tells all admins when the one who invited cannot help any more', async () => {
  const own = await startTestCore()
  for (const name of ['beata', 'cezary'])
    await own.createUser(name, { groups: ['admin'], password: ADMIN_PASSWORD })
  await own.createUser('retired', { groups: ['admin'], password: ADMIN_PASSWORD })
  await own.createUser('not-yet', { groups: ['admin'] })
  const session = await own.startedEnrollment('orphan')
  await query(
    own.databaseUrl,
    `update enrollment_token set issued_by = (select id from "user" where username = 'retired');
     update "user" set is_active = false where username = 'retired'`,
  )
  await own.clients.enrollment.reportMistake({ session_secret: session, text: 'x' })
  const rows = await query<{ recipient: string }>(
    own.databaseUrl,
    `select recipient from mail where kind = 'mistake_reported' order by recipient`,
  )
  expect(rows.map((row) => row.recipient)).toEqual([
    'adam@example.com',
    'beata@example.com',
    'cezary@example.com',
  ])
  await own.stop()
})

it('tells the inviting admin that a dead link needs a successor, with the command that sends it', async () => {
  const { token, id } = await lateComer('late')
  expect(await askForLink(` ${token} `)).toEqual({})
  const mail = await core.mail('adam@example.com', `enrollment resend ${id}`)
  expect(mail.subject).toBe('Jo Doe asks for a new link')
  expect(mail.text).toContain(`defguard-admin enrollment resend ${id}`)
  expect(mail.text).toContain('late@example.com')
  expect(mail.text).not.toContain(token)
  expect(await auditedTimes('late', 'enrollment.new_link_requested')).toBe(1)
  expect(refusalOf(await core.start(token).catch((err) => err))).toMatchObject({
    reason: 'token_expired',
  })
  const { invitation } = await core.clients.enrollments.resendToken({
    token: { id, username: undefined },
  })
  await core.start(invitation?.token ?? '')
})

it('passes on one request an hour and three in all, however many come at once', async () => {
  const { token } = await lateComer('impatient')
  const passedOn = () => auditedTimes('impatient', 'enrollment.new_link_requested')
  const ask = () => Promise.all(Array.from({ length: 8 }, () => askForLink(token)))
  const lock = `update enrollment_token set device_count = device_count`
  expect(await whileHolding(core.databaseUrl, lock, 8, ask)).toEqual(Array(8).fill({}))
  expect(await passedOn()).toBe(1)
  core.advance(HOUR_MS - 1)
  await ask()
  expect(await passedOn()).toBe(1)
  for (const count of [2, 3, 3, 3]) {
    core.advance(HOUR_MS)
    await ask()
    expect(await passedOn()).toBe(count)
  }
})

it('answers alike and tells nobody for tokens that never were, work, are forgotten or need no successor', async () => {
  const before = await recipientsOf('new_link_requested')
  await core.createUser('fine')
  const open = await core.invite('fine')
  const used = await core.startedEnrollment('done')
  await core.activate(used, PASSWORD)
  await core.createUser('running')
  const running = await core.invite('running')
  await core.start(running.token)
  const odd = ['', 'x'.repeat(10_000), '\u0000', newSecret('enrollment').secret]
  for (const token of [...odd, newSecret('passwordReset').secret, open.token, running.token, used])
    expect(await askForLink(token)).toEqual({})

  const dead = await lateComer('forgotten')
  core.advance(30 * 24 * HOUR_MS)
  expect(await askForLink(dead.token)).toEqual({})
  const helped = await lateComer('helped')
  await core.activate(
    (await core.start((await core.invite('helped')).token)).session_secret,
    PASSWORD,
  )
  expect(await askForLink(helped.token)).toEqual({})
  const disabled = await lateComer('disabled')
  await core.disable('disabled')
  expect(await askForLink(disabled.token)).toEqual({})
  expect(await recipientsOf('new_link_requested')).toEqual(before)
})

it('serves the dead token of an active person who adds a device', async () => {
  await core.createUser('mobile', { password: PASSWORD })
  const { invitation } = await core.clients.enrollments.issueDesktopActivation({
    username: 'mobile',
    options: { send_email: false, email: undefined, expires_in_seconds: 300 },
  })
  core.advance(5 * MINUTE_MS)
  await askForLink(invitation?.token ?? '')
  await core.mail('adam@example.com', `enrollment resend ${invitation?.id}`)
})

it('records requests for help also where their mails are switched off', async () => {
  await query(
    core.databaseUrl,
    `update settings set notify_admin_mistake_reported = false, notify_admin_new_link_requested = false`,
  )
  const before = [await recipientsOf('mistake_reported'), await recipientsOf('new_link_requested')]
  await report(await core.startedEnrollment('quiet'), 'x')
  await askForLink((await lateComer('quieter')).token)
  expect(await auditedTimes('quiet', 'enrollment.mistake_reported')).toBe(1)
  expect(await auditedTimes('quieter', 'enrollment.new_link_requested')).toBe(1)
  const after = [await recipientsOf('mistake_reported'), await recipientsOf('new_link_requested')]
  expect(after).toEqual(before)
})
