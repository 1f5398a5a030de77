import { once } from 'node:events'
import { MailAttemptState, MailState } from '@defguard/proto/admin/v1/mail'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import pg from 'pg'
import { MailRejected } from '../src/mail/transport.js'
import { HOUR_MS, MINUTE_MS, startTestCore, type TestCore, waitFor } from './_core.js'
import { query } from './_database.js'
import { refusal } from './_mfa.js'
import { ANY, invitedInVain, mailInState } from './_outbox.js'

const BUSY = new Error('451 try again later')
const REFUSED = new MailRejected('550 no such user')
const DAY_MS = 24 * HOUR_MS
const ALL = { kind: '', recipient: '' }

type Metadata = Record<string, string>

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
})
afterAll(() => core.stop())

const get = async (id: number) => {
  const { mail, attempts } = await core.clients.mails.getMail({ id })
  if (!mail) throw new Error('no mail came back')
  return { mail, attempts }
}

it('lists mails newest first, part by part, by state, kind, recipient and token', async () => {
  const names = ['ann', 'ben', 'cem']
  for (const name of names) await core.createUser(name)
  const tokens = []
  for (const name of names) tokens.push(await core.invite(name, { send_email: true }))
  for (const name of names) await mailInState(core, `${name}@example.com`, MailState.SENT)
  const list = async (filter: Partial<typeof ANY>, page_token = '', page_size = 2) =>
    core.clients.mails.listMails({ ...ANY, page: { page_size, page_token }, ...filter })
  const first = await list({ kind: 'enrollment_invitation' })
  const second = await list({ kind: 'enrollment_invitation' }, first.next_page_token)
  const recipients = [...first.mails, ...second.mails].map(({ recipient }) => recipient)
  expect(recipients).toEqual(['cem@example.com', 'ben@example.com', 'ann@example.com'])
  expect(second.next_page_token).toBe('')
  expect((await list({ recipient: 'BEN@example.com' })).mails).toMatchObject([
    { user: 'ben', token_id: tokens[1]?.id, kind: 'enrollment_reminder', attempts: 0 },
    { user: 'ben', token_id: tokens[1]?.id, kind: 'enrollment_invitation', attempts: 1 },
  ])
  const kind = 'enrollment_invitation'
  expect((await list({ token_id: tokens[2]?.id ?? 0, kind })).mails).toMatchObject([
    { user: 'cem' },
  ])
  expect((await list({ state: MailState.CANCELLED })).mails).toEqual([])
  expect((await list({ state: MailState.SENT, kind: 'welcome' })).mails).toEqual([])
  const wrong = await refusal(list({ kind: 'invitation' }))
  expect(wrong).toMatchObject({
    code: 3,
    message: expect.stringContaining('enrollment_invitation'),
  })
})

it('shows every attempt with what the server said, and nothing of the contents', async () => {
  await core.createUser('dora')
  core.transport.failure = BUSY
  const { token } = await core.invite('dora', { send_email: true })
  const failed = await mailInState(core, 'dora@example.com', MailState.FAILED)
  core.transport.failure = undefined
  expect(failed).toMatchObject({ attempts: 1, has_contents: true, sent_timestamp: undefined })
  expect(failed.next_attempt_timestamp).toBeGreaterThanOrEqual(core.time.now.getTime() / 1000 + 9)
  expect(JSON.stringify([failed, await get(failed.id)])).not.toContain(token)
  core.advance(MINUTE_MS)
  await mailInState(core, 'dora@example.com', MailState.SENT)
  const { mail, attempts } = await get(failed.id)
  expect(mail).toMatchObject({ attempts: 2, has_contents: false, last_error: undefined })
  expect(mail.next_attempt_timestamp).toBeUndefined()
  expect(attempts).toMatchObject([
    { number: 1, state: MailAttemptState.FAILED, error: BUSY.message, server: '127.0.0.1:25' },
    { number: 2, state: MailAttemptState.SENT, error: undefined },
  ])
  expect(attempts[1]?.started_timestamp).toBe((attempts[0]?.started_timestamp ?? 0) + 60)
})

it('shows an attempt whose core was killed as interrupted', async () => {
  await core.createUser('emil')
  core.transport.failure = BUSY
  await core.invite('emil', { send_email: true })
  const { id } = await mailInState(core, 'emil@example.com', MailState.FAILED)
  // What a killed worker leaves behind.
  await query(
    core.databaseUrl,
    `with lost as (update mail set state = 'sending', attempts = 2, leased_until = $2 where id = $1)
     insert into mail_attempt (mail_id, number, started_at, server) values ($1, 2, $3, 'mx:25')`,
    [id, new Date(core.time.now.getTime() + 2 * MINUTE_MS), core.time.now],
  )
  const states = async () => (await get(id)).attempts.map(({ state }) => state)
  expect(await states()).toEqual([MailAttemptState.FAILED, MailAttemptState.RUNNING])
  core.transport.failure = undefined
  core.advance(2 * MINUTE_MS)
  await mailInState(core, 'emil@example.com', MailState.SENT)
  expect(await states()).toEqual([
    MailAttemptState.FAILED,
    MailAttemptState.INTERRUPTED,
    MailAttemptState.SENT,
  ])
})

it('sends a refused mail when an admin wants it tried again, as the same mail', async () => {
  const { id, message_id } = await invitedInVain(core, 'fay', REFUSED, MailState.GIVEN_UP)
  const reply = await core.clients.mails.retryMail({ id })
  expect(reply).toMatchObject({ mail: { state: MailState.QUEUED }, smtp_configured: true })
  const { messageId } = await core.mail('fay@example.com')
  expect(messageId).toBe(`<${message_id}@enroll.example.com>`)
  await mailInState(core, 'fay@example.com', MailState.SENT)
  const events = await query(
    core.databaseUrl,
    `select action, actor_name, result from audit_event
     where object_kind = 'mail' and object_id = $1 order by id`,
    [id],
  )
  expect(events).toEqual([
    { action: 'mail.given_up', actor_name: null, result: 'failed' },
    { action: 'mail.retried', actor_name: 'admin', result: 'ok' },
    { action: 'mail.sent', actor_name: null, result: 'ok' },
  ])
})

it('gives a retried mail three more days, beginning with short pauses', async () => {
  await core.activate(await core.startedEnrollment('gus'), 'Tulip-rain-4711!')
  const { id } = await mailInState(core, 'gus@example.com', MailState.SENT)
  core.transport.failure = BUSY
  await core.activate(await core.startedEnrollment('hal'), 'Tulip-rain-4711!')
  const hal = await mailInState(core, 'hal@example.com', MailState.FAILED)
  core.advance(3 * DAY_MS)
  await mailInState(core, 'hal@example.com', MailState.GIVEN_UP)
  await core.clients.mails.retryMail({ id: hal.id })
  const failed = await mailInState(core, 'hal@example.com', MailState.FAILED)
  const pause = (failed.next_attempt_timestamp ?? 0) - core.time.now.getTime() / 1000
  expect(pause).toBeGreaterThan(8)
  expect(pause).toBeLessThan(13)
  core.advance(3 * DAY_MS - MINUTE_MS)
  await waitFor(async () => ((await get(hal.id)).mail.attempts === 4 ? true : undefined))
  expect((await get(hal.id)).mail.state).not.toBe(MailState.GIVEN_UP)
  core.transport.failure = undefined
  expect(await refusal(core.clients.mails.retryMail({ id }))).toMatchObject({
    code: 9,
    reason: 'mail_sent',
  })
})

it('refuses to send a dead link again, and says how to send a new one', async () => {
  const { id, token_id = 0 } = await invitedInVain(core, 'ida', REFUSED, MailState.GIVEN_UP)
  await core.clients.enrollments.revokeToken({ token: { id: token_id, username: undefined } })
  expect(await refusal(core.clients.mails.retryMail({ id }))).toEqual({
    code: 9,
    message: `this mail cannot be sent any more: the link in it no longer works: resend the token ${token_id}`,
    reason: 'mail_over',
  })
  const lapsed = await invitedInVain(core, 'jan', REFUSED, MailState.GIVEN_UP)
  core.advance(25 * HOUR_MS)
  // Nobody has cleared up yet: the contents are still there.
  expect((await get(lapsed.id)).mail.has_contents).toBe(true)
  expect(await refusal(core.clients.mails.retryMail({ id: lapsed.id }))).toMatchObject({
    reason: 'mail_over',
  })
  expect(await refusal(core.clients.mails.retryMail({ id: 999_999 }))).toMatchObject({ code: 5 })
  expect(core.transport.sent.filter(({ to }) => /^(ida|jan)@/.test(to))).toEqual([])
})

it('retries all that an outage left behind at once, and counts what is beyond help', async () => {
  const names = ['kim', 'lea', 'max']
  for (const name of names) await invitedInVain(core, name, REFUSED, MailState.GIVEN_UP)
  await core.clients.enrollments.revokeToken({ token: { id: undefined, username: 'lea' } })
  const retry = (state: MailState, recipient = '') =>
    core.clients.mails.retryMails({ state, kind: 'enrollment_invitation', recipient })
  expect(await retry(MailState.GIVEN_UP, 'lea@example.com')).toMatchObject({ retried: 0, left: 1 })
  const { retried, left } = await retry(MailState.GIVEN_UP)
  expect(retried).toBe(2)
  expect(left).toBeGreaterThanOrEqual(1)
  for (const name of ['kim', 'max']) await mailInState(core, `${name}@example.com`, MailState.SENT)
  for (const state of [MailState.UNSPECIFIED, MailState.QUEUED, MailState.SENT])
    expect(await refusal(retry(state))).toMatchObject({ code: 3 })
})

it('brings a reminder forward when an admin wants it sent now', async () => {
  await core.createUser('uma')
  await core.invite('uma', { send_email: true })
  await mailInState(core, 'uma@example.com', MailState.SENT)
  const filter = { kind: 'enrollment_reminder', recipient: 'uma@example.com' }
  const find = async () => (await core.clients.mails.listMails({ ...ANY, ...filter })).mails[0]
  await core.clients.mails.retryMail({ id: (await find())?.id ?? 0 })
  const isOver = (state?: MailState) =>
    state === MailState.SENT || state === MailState.CANCELLED ? state : undefined
  expect(await waitFor(async () => isOver((await find())?.state))).toBe(MailState.SENT)
})

it('never sends a cancelled mail, and erases it', async () => {
  const { id, token_id } = await invitedInVain(core, 'ned', BUSY, MailState.FAILED)
  const { mail } = await core.clients.mails.cancelMail({ id })
  expect(mail).toMatchObject({ state: MailState.CANCELLED, has_contents: false })
  expect((await core.clients.mails.cancelMail({ id })).mail).toEqual(mail)
  core.advance(HOUR_MS)
  const refused = await refusal(core.clients.mails.retryMail({ id }))
  expect(refused.message).toContain(`it was cancelled: resend the token ${token_id}`)
  const { id: other } = await invitedInVain(core, 'ola', REFUSED, MailState.GIVEN_UP)
  await core.clients.mails.cancelMail({ id: other })
  expect((await get(other)).mail).toMatchObject({ state: MailState.CANCELLED })
  await core.createUser('pia')
  await core.invite('pia', { send_email: true })
  const sent = await mailInState(core, 'pia@example.com', MailState.SENT)
  expect(await refusal(core.clients.mails.cancelMail({ id: sent.id }))).toMatchObject({
    code: 9,
    reason: 'mail_sent',
  })
  expect(core.transport.sent.filter(({ to }) => /^(ned|ola)@/.test(to))).toEqual([])
})

it('wakes every core when a mail is to be tried again', async () => {
  const { id } = await invitedInVain(core, 'quin', REFUSED, MailState.GIVEN_UP)
  const listener = new pg.Client(core.databaseUrl)
  await listener.connect()
  await listener.query('listen defguard_mail')
  const heard = once(listener, 'notification')
  await core.clients.mails.retryMail({ id })
  await heard
  await listener.end()
})

it('lets auditors look and only admins act', async () => {
  const { id } = await invitedInVain(core, 'rob', REFUSED, MailState.GIVEN_UP)
  await core.clients.groups.createGroup({ request_id: '', name: 'auditors', role: 'auditor' })
  await core.clients.groups.createGroup({ request_id: '', name: 'helpers', role: 'user_admin' })
  const password = 'Tulip-rain-4711!'
  await core.createUser('auditor', { groups: ['auditors'], password })
  await core.createUser('helper', { groups: ['helpers'], password })
  const auditor = await core.loggedIn('auditor', password)
  const helper = await core.loggedIn('helper', password)
  const { mails } = core.clients
  expect((await mails.getMail({ id }, auditor)).mail?.id).toBe(id)
  const acts = [
    (who: Metadata) => mails.retryMail({ id }, who),
    (who: Metadata) => mails.retryMails({ state: MailState.GIVEN_UP, ...ALL }, who),
    (who: Metadata) => mails.cancelMail({ id }, who),
    (who: Metadata) => mails.sendTestMail({ address: 'jo@example.com' }, who),
  ]
  for (const act of acts)
    for (const who of [auditor, helper]) expect(await refusal(act(who))).toMatchObject({ code: 7 })
  for (const look of [() => mails.getMail({ id }, helper), () => mails.listMails(ANY, helper)])
    expect(await refusal(look())).toMatchObject({ code: 7 })
})
