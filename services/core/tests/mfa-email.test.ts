import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { MINUTE_MS, startTestCore, type TestCore, waitFor } from './_core.js'
import {
  BY_APP,
  BY_MAIL,
  codeOf,
  codesIn,
  factorsOf,
  finish,
  mailedCode,
  nextCode,
  overlapping,
  PASSWORD,
  query,
  refusal,
  startTotp,
  wrong,
} from './_mfa.js'

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
})
afterAll(() => core.stop())

const CODE_INVALID = {
  code: status.INVALID_ARGUMENT,
  message: 'Email code invalid',
  reason: 'mfa_code',
}

const start = (session: string) =>
  core.clients.enrollment.startMfaSetup({ session_secret: session, method: BY_MAIL })

it('mails a code, says how long it is good, and takes it once', async () => {
  const session = await core.startedEnrollment('mailed')
  const code = await mailedCode(core, session, 'mailed@example.com')
  expect((await core.mail('mailed@example.com', code)).text).toContain('5 minutes')
  expect(await finish(core, session, code, BY_MAIL)).toHaveLength(8)
  expect(await refusal(finish(core, session, code, BY_MAIL))).toEqual(CODE_INVALID)
  await core.activate(session, PASSWORD)
  expect(await factorsOf(core, 'mailed')).toEqual({ totp: false, email: true, recovery: 8 })
})

it('lets one of five finishes with the same code win', async () => {
  const session = await core.startedEnrollment('five')
  const code = await mailedCode(core, session, 'five@example.com')
  const outcomes = await overlapping(
    core,
    `select from "user" where username = 'five'`,
    Array.from({ length: 5 }, () => () => finish(core, session, code, BY_MAIL)),
  )
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
})

it('mails at most once a minute, and then a code that replaces the earlier one', async () => {
  const session = await core.startedEnrollment('eager')
  const to = 'eager@example.com'
  await Promise.all(Array.from({ length: 8 }, () => start(session)))
  const first = await nextCode(core, to, 0)
  core.advance(MINUTE_MS - 1)
  expect(await start(session)).toEqual({ totp_secret: undefined })
  core.advance(1)
  const second = await mailedCode(core, session, to)
  expect(codesIn(core, to)).toEqual([first, second])
  if (first !== second)
    expect(await refusal(finish(core, session, first, BY_MAIL))).toEqual(CODE_INVALID)
  expect(await finish(core, session, second, BY_MAIL)).toHaveLength(8)
})

it('takes no code whose time is over, nor one after five wrong ones', async () => {
  const late = await core.startedEnrollment('late')
  const old = await mailedCode(core, late, 'late@example.com')
  core.advance(5 * MINUTE_MS)
  expect(await refusal(finish(core, late, old, BY_MAIL))).toEqual(CODE_INVALID)
  const guessed = await core.startedEnrollment('guessed')
  const code = await mailedCode(core, guessed, 'guessed@example.com')
  const guesses = Array.from({ length: 8 }, () =>
    refusal(finish(core, guessed, wrong(code), BY_MAIL)),
  )
  for (const guess of await Promise.all(guesses)) expect(guess).toEqual(CODE_INVALID)
  expect(await refusal(finish(core, guessed, code, BY_MAIL))).toEqual(CODE_INVALID)
  core.advance(MINUTE_MS)
  const next = await mailedCode(core, guessed, 'guessed@example.com')
  expect(await finish(core, guessed, next, BY_MAIL)).toHaveLength(8)
})

it('takes no code of another session of the same link', async () => {
  await core.createUser('two')
  const { token } = await core.invite('two')
  const one = (await core.start(token)).session_secret
  const code = await mailedCode(core, one, 'two@example.com')
  const other = (await core.start(token)).session_secret
  await start(other)
  const foreign = await nextCode(core, 'two@example.com', 1)
  if (foreign !== code)
    expect(await refusal(finish(core, other, code, BY_MAIL))).toEqual(CODE_INVALID)
})

it('adds a second method to the first, with one set of recovery codes', async () => {
  const session = await core.startedEnrollment('both')
  const first = await finish(core, session, codeOf(core, await startTotp(core, session)))
  const code = await mailedCode(core, session, 'both@example.com')
  const second = await finish(core, session, code, BY_MAIL)
  expect(first.filter((one) => second.includes(one))).toEqual([])
  await core.activate(session, PASSWORD)
  expect(await factorsOf(core, 'both')).toEqual({ totp: true, email: true, recovery: 8 })
})

it('never sends a code whose time is over, and forgets it', async () => {
  core.transport.failure = new Error('451 try again later')
  const session = await core.startedEnrollment('delayed')
  await start(session)
  const row = () =>
    query<{ state: string; variables_sealed: Buffer | null; last_error: string }>(
      core,
      `select state, variables_sealed, last_error from mail where recipient = 'delayed@example.com'`,
    )
  await waitFor(async () => (await row()).find(({ state }) => state === 'failed'))
  core.transport.failure = undefined
  core.advance(5 * MINUTE_MS)
  const ended = await waitFor(async () => (await row()).find(({ state }) => state === 'given_up'))
  expect(ended).toMatchObject({ variables_sealed: null, last_error: 'it came too late' })
  expect(codesIn(core, 'delayed@example.com')).toEqual([])
})

it('offers no mail without a mail server, where an app still works', async () => {
  const own = await startTestCore({ smtpSeed: undefined })
  const session = await own.startedEnrollment('unmailed')
  const unsupported = {
    code: status.INVALID_ARGUMENT,
    message: 'Method not supported',
    reason: 'mfa_method',
  }
  const request = { session_secret: session, method: BY_MAIL }
  expect(await refusal(own.clients.enrollment.startMfaSetup(request))).toEqual(unsupported)
  expect(await refusal(finish(own, session, '123456', BY_MAIL))).toEqual(unsupported)
  expect(
    await finish(own, session, codeOf(own, await startTotp(own, session)), BY_APP),
  ).toHaveLength(8)
  await own.stop()
})

it('erases a waiting code once it is dead, also while there is no mail server', async () => {
  const session = await core.startedEnrollment('unplugged')
  core.transport.failure = new Error('451 try again later')
  await start(session)
  await query(core, 'update settings set smtp_server = null')
  core.advance(5 * MINUTE_MS)
  await core.core.maintain()
  const rows = () =>
    query<{ state: string; variables_sealed: Buffer | null }>(
      core,
      `select state, variables_sealed from mail where recipient = 'unplugged@example.com'`,
    )
  expect(await rows()).toMatchObject([{ state: 'given_up', variables_sealed: null }])
  core.transport.failure = undefined
})
