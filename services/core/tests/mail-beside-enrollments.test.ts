import { MailState } from '@defguard/proto/admin/v1/mail'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { MailRejected } from '../src/mail/transport.js'
import { MINUTE_MS, startTestCore, type TestCore, waitFor } from './_core.js'
import { query } from './_database.js'
import { invitedInVain, mailInState } from './_outbox.js'
import { changeSettings } from './_settings.js'

const BUSY = new Error('451 try again later')

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
})
afterAll(() => core.stop())

const tokensOf = async (username: string) =>
  (await core.clients.enrollments.listTokens({ page: undefined, state: 0, kind: 0, username }))
    .tokens

it('tells what becomes of the mail with a link, its first failure and an admin included', async () => {
  const watch = await core.clients.watch()
  const { id, token_id } = await invitedInVain(core, 'anna', BUSY, MailState.FAILED)
  core.transport.failure = BUSY
  core.advance(MINUTE_MS)
  await waitFor(async () => {
    const { mail } = await core.clients.mails.getMail({ id })
    return mail?.attempts === 2 && mail.state === MailState.FAILED ? true : undefined
  })
  core.transport.failure = new MailRejected('550 no such user')
  core.advance(10 * MINUTE_MS)
  await mailInState(core, 'anna@example.com', MailState.GIVEN_UP)
  await core.clients.mails.retryMail({ id })
  await mailInState(core, 'anna@example.com', MailState.GIVEN_UP)
  await core.clients.mails.cancelMail({ id })
  core.transport.failure = undefined
  await core.invite('anna', { send_email: true })
  const told = await waitFor(() => (watch.story.includes('mail_sent anna') ? watch : undefined))
  expect(told.story).toEqual([
    'issued anna',
    'mail_failed anna',
    'mail_given_up anna',
    'mail_retried anna',
    'mail_given_up anna',
    'mail_cancelled anna',
    'revoked anna',
    'issued anna',
    'mail_sent anna',
  ])
  const mailEvents = told.events.slice(1, 6)
  expect(mailEvents.map(({ mail_error }) => mail_error)).toEqual([
    '451 try again later',
    '550 no such user',
    undefined,
    '550 no such user',
    undefined,
  ])
  for (const event of mailEvents)
    expect(event).toMatchObject({ token_id, mail_kind: 'enrollment_invitation' })
  expect(told.events[3]).toMatchObject({ actor: 'admin' })
  watch.stop()
})

it('tells that a link was never mailed because nobody has set a mail server up', async () => {
  const own = await startTestCore()
  await own.createUser('early')
  own.transport.failure = BUSY
  await own.invite('early', { send_email: true })
  await mailInState(own, 'early@example.com', MailState.FAILED)
  const watch = await own.clients.watch()
  await changeSettings(own, { smtp_server: undefined })
  // Its link is good for longer than mails are tried.
  await query(own.databaseUrl, `update enrollment_token set expires_at = '2030-01-01'`)
  own.advance(3 * 24 * 60 * MINUTE_MS)
  await waitFor(() => watch.story.find((line) => line === 'mail_given_up early'))
  expect(watch.events.at(-1)).toMatchObject({
    user: 'early',
    mail_error: 'mail server is not configured',
  })
  watch.stop()
  await own.stop()
})

it('shows beside a link why its mail is late, and when it is tried again', async () => {
  const { id } = await invitedInVain(core, 'bob', BUSY, MailState.FAILED)
  const [waiting] = await tokensOf('bob')
  expect(waiting).toMatchObject({ mail: 'failed', mail_id: id, mail_error: BUSY.message })
  const pause = (waiting?.mail_next_attempt_timestamp ?? 0) - core.time.now.getTime() / 1000
  expect(pause).toBeGreaterThan(8)
  const { user } = await core.clients.users.getUser({ username: 'bob' })
  expect(user?.invitation).toEqual(waiting)
  core.advance(MINUTE_MS)
  await mailInState(core, 'bob@example.com', MailState.SENT)
  expect(await tokensOf('bob')).toMatchObject([
    { mail: 'sent', mail_error: undefined, mail_next_attempt_timestamp: undefined },
  ])
})

it('shows the mail that brings a link, whatever else is mailed about it', async () => {
  const { id, token_id } = await invitedInVain(core, 'carl', BUSY, MailState.FAILED)
  await query(
    core.databaseUrl,
    `insert into mail (kind, recipient, language, message_id, enrollment_token_id, state, created_at, next_attempt_at)
     values ('enrollment_reminder', 'carl@example.com', 'en', gen_random_uuid(), $1, 'cancelled', $2, $2)`,
    [token_id, core.time.now],
  )
  expect(await tokensOf('carl')).toMatchObject([{ mail: 'failed', mail_id: id }])
  const { users } = await core.clients.users.listUsers({
    page: undefined,
    state: 0,
    search: 'carl',
  })
  expect(users).toMatchObject([{ invitation: { mail: 'failed', mail_id: id } }])
})
