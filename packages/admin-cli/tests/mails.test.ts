import { EnrollmentAdminServiceService } from '@defguard/proto/admin/v1/enrollments'
import {
  MailAttemptState,
  MailServiceService,
  MailState,
  SmtpStep,
} from '@defguard/proto/admin/v1/mail'
import { UserServiceService } from '@defguard/proto/admin/v1/users'
import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { admin, run } from './_cli.js'
import { refusal, TestCore } from './_core.js'
import { ANNA, mail, NEW_YEAR, token } from './_samples.js'

let core: TestCore
beforeAll(async () => {
  core = await new TestCore().start()
})
afterAll(() => core.stop())

const FAILED = mail(8, {
  state: MailState.FAILED,
  sent_timestamp: undefined,
  next_attempt_timestamp: NEW_YEAR + 60,
  last_error: '451 try again later',
  has_contents: true,
})
const { listMails, getMail, retryMail, retryMails, cancelMail, sendTestMail } = MailServiceService

it('lists mails with their troubles, and passes the filters on', async () => {
  core.answer(listMails, () => ({
    mails: [mail(9), FAILED],
    next_page_token: '',
    smtp_configured: true,
  }))
  const filter = ['--kind', 'welcome', '--to', 'a@example.com', '--token', '31']
  const { stdout, stderr, code } = await run(
    ['mail', 'list', '--state', 'given_up', ...filter],
    admin(core),
  )
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
  expect(stdout.split('\n')[2]).toMatch(
    /^8 .* anna@example\.com .* failed +1 +2026-01-01 00:01 UTC +451 try again later$/,
  )
  expect(core.requests(listMails).at(-1)).toMatchObject({
    state: MailState.GIVEN_UP,
    kind: 'welcome',
    recipient: 'a@example.com',
    token_id: 31,
  })
  const json = await run(['mail', 'list', '--json'], admin(core))
  expect(JSON.parse(json.stdout)[1]).toEqual({
    id: 8,
    kind: 'enrollment_invitation',
    recipient: 'anna@example.com',
    language: 'en',
    state: 'failed',
    attempts: 1,
    created_at: '2026-01-01T00:00:00Z',
    next_attempt_at: '2026-01-01T00:01:00Z',
    sent_at: null,
    last_error: '451 try again later',
    token: 31,
    user: 'anna',
    message_id: FAILED.message_id,
    has_contents: true,
  })
})

it('says how to get mail going while there is no mail server', async () => {
  core.answer(listMails, () => ({
    mails: [FAILED],
    next_page_token: '',
    smtp_configured: false,
  }))
  core.answer(retryMail, () => ({ mail: FAILED, smtp_configured: false }))
  for (const args of [['list'], ['retry', '8']]) {
    const { stderr } = await run(['mail', ...args], admin(core))
    expect(stderr).toContain('defguard-admin settings set smtp_server')
  }
})

it('shows a mail with every attempt', async () => {
  const attempt = {
    number: 1,
    started_timestamp: NEW_YEAR,
    ended_timestamp: NEW_YEAR + 2,
    state: MailAttemptState.FAILED,
    error: '451 try again later',
    server: 'mail.example.com:587',
  }
  const lost = {
    ...attempt,
    number: 2,
    ended_timestamp: undefined,
    state: MailAttemptState.INTERRUPTED,
    error: undefined,
  }
  core.answer(getMail, () => ({ mail: FAILED, attempts: [attempt, lost] }))
  const { stdout } = await run(['mail', 'show', '8'], admin(core))
  expect(stdout).toContain('Last error    451 try again later\n')
  expect(stdout).toMatch(/\n2 +2026-01-01 00:00 UTC +- +mail\.example\.com:587 +interrupted +-\n$/)
  const json = await run(['mail', 'show', '8', '--json'], admin(core))
  expect(JSON.parse(json.stdout)).toMatchObject({
    id: 8,
    history: [
      { number: 1, ended_at: '2026-01-01T00:00:02Z', state: 'failed', server: attempt.server },
      { number: 2, ended_at: null, state: 'interrupted', error: null },
    ],
  })
})

it('does what it can of several, and ends with 7 when that is not all', async () => {
  core.answer(retryMail, ({ id }) => {
    if (id === 8) return { mail: FAILED, smtp_configured: true }
    throw refusal(status.FAILED_PRECONDITION, 'this mail was sent already', 'mail_sent')
  })
  const some = await run(['mail', 'retry', '8', '9', '8', '--json'], admin(core))
  expect(some.code).toBe(7)
  expect(JSON.parse(some.stdout)).toMatchObject([
    { reference: '8', state: 'failed' },
    { reference: '9', error: 'this mail was sent already', reason: 'mail_sent', field: null },
  ])
  const none = await run(['mail', 'retry', '9'], admin(core))
  expect(none).toMatchObject({ code: 5, stderr: 'error: this mail was sent already\n' })
  core.answer(retryMail, () => {
    const details = 'the link in it no longer works: resend the token 31'
    throw refusal(status.FAILED_PRECONDITION, details, 'mail_over')
  })
  const dead = await run(['mail', 'retry', '9'], admin(core))
  expect(dead.code).toBe(5)
  expect(dead.stderr).toContain('defguard-admin enrollment resend')
  core.answer(cancelMail, () => ({ mail: mail(8, { state: MailState.CANCELLED }) }))
  const cancelled = await run(['mail', 'cancel', '8', '9'], admin(core))
  expect(cancelled).toMatchObject({ code: 0, stderr: '2 cancelled, 0 failed.\n' })
})

it.each([
  [{ retried: 40, left: 0 }, 0],
  [{ retried: 40, left: 2 }, 7],
  [{ retried: 0, left: 2 }, 5],
  [{ retried: 0, left: 0 }, 0],
])('retries all that an outage left behind: %j ends with %i', async (counts, exitCode) => {
  core.answer(retryMails, () => ({ ...counts, smtp_configured: true }))
  const args = ['mail', 'retry', '--state', 'given_up', '--kind', 'welcome', '--json']
  const { code, stdout } = await run(args, admin(core))
  expect(code).toBe(exitCode)
  expect(JSON.parse(stdout)).toEqual({ ...counts, smtp_configured: true })
  expect(core.requests(retryMails).at(-1)).toEqual({
    state: MailState.GIVEN_UP,
    kind: 'welcome',
    recipient: '',
  })
})

it.each([
  [['retry'], /Which\? Name mails by id, or use --state/],
  [['retry', '8', '--state', 'failed'], /not both/],
  [['retry', '8', '--to', 'a@example.com'], /need --state/],
  [['retry', '--state', 'queued'], /Allowed choices are failed, given_up/],
  [['cancel', 'eight'], /whole number/],
])('ends with 2 and says what is wrong: %j', async (args, sentence) => {
  const { code, stderr } = await run(['mail', ...args], admin(core))
  expect(code).toBe(2)
  expect(stderr).toMatch(sentence)
})

it('shows what the mail server says to a test mail, and what to look at', async () => {
  const reply = { mail_id: 5, server: 'mail.example.com:587', accepted: true, answer: '250 OK' }
  core.answer(sendTestMail, () => ({ ...reply, stopped_at: SmtpStep.UNSPECIFIED }))
  const good = await run(['mail', 'test', 'jo@example.com'], admin(core))
  expect(good.code).toBe(0)
  expect(good.stdout).toBe(
    'Server  mail.example.com:587\nResult  taken by the mail server\nAnswer  250 OK\n',
  )
  core.answer(sendTestMail, () => ({
    ...reply,
    accepted: false,
    answer: '535 no',
    stopped_at: SmtpStep.LOGIN,
  }))
  const bad = await run(['mail', 'test', 'jo@example.com'], admin(core))
  expect(bad.code).toBe(5)
  expect(bad.stdout).toContain('Result  stopped at: login\nAnswer  535 no\n')
  expect(bad.stderr).toBe('Look at the settings smtp_user, smtp_password.\n')
  const json = await run(['mail', 'test', 'jo@example.com', '--json'], admin(core))
  expect(JSON.parse(json.stdout)).toEqual({
    id: 5,
    server: 'mail.example.com:587',
    accepted: false,
    answer: '535 no',
    stopped_at: 'login',
  })
})

it('shows beside a link and its person why its mail is late', async () => {
  const late = token(5, {
    mail: 'failed',
    mail_id: 8,
    mail_error: '451 try later',
    mail_next_attempt_timestamp: NEW_YEAR + 60,
  })
  const words = 'failed: 451 try later; next 2026-01-01 00:01 UTC\n'
  core.answer(EnrollmentAdminServiceService.listTokens, () => ({
    tokens: [late],
    next_page_token: '',
  }))
  expect((await run(['enrollment', 'list'], admin(core))).stdout).toContain(words)
  core.answer(UserServiceService.listUsers, () => ({
    users: [{ ...ANNA, invitation: late }],
    next_page_token: '',
  }))
  expect((await run(['user', 'list'], admin(core))).stdout).toContain(words)
  core.answer(UserServiceService.getUser, () => ({ user: { ...ANNA, invitation: late } }))
  expect((await run(['user', 'show', 'anna'], admin(core))).stdout).toContain(words)
  const { stdout } = await run(['user', 'show', 'anna', '--json'], admin(core))
  expect(JSON.parse(stdout).invitation).toEqual({
    id: 5,
    state: 'open',
    expires_at: '2026-01-02T00:00:00Z',
    deadline: null,
    mail: 'failed',
    mail_id: 8,
    mail_error: '451 try later',
    mail_next_attempt_at: '2026-01-01T00:01:00Z',
  })
})
