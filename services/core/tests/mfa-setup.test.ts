import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { MINUTE_MS, startTestCore, type TestCore } from './_core.js'
import {
  BY_APP,
  BY_MAIL,
  codeOf,
  factorsOf,
  finish,
  overlapping,
  PASSWORD,
  refusal,
  STEP_MS,
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
  message: 'Code invalid',
  reason: 'mfa_code',
}

it('gives every start of a session the same secret, also of starts at once', async () => {
  await core.createUser('same')
  const { token } = await core.invite('same')
  const session = (await core.start(token)).session_secret
  const other = (await core.start(token)).session_secret
  const starts = Array.from({ length: 10 }, () => startTotp(core, session))
  const secrets = new Set(await Promise.all(starts))
  expect([...secrets]).toEqual([expect.stringMatching(/^[A-Z2-7]{32}$/)])
  await core.restart()
  expect(secrets).toContain(await startTotp(core, session))
  expect(secrets).not.toContain(await startTotp(core, other))
})

it('takes a right code, with white space around it, for eight recovery codes', async () => {
  const session = await core.startedEnrollment('right')
  const secret = await startTotp(core, session)
  const codes = await finish(core, session, ` ${codeOf(core, secret)}\n`)
  expect(new Set(codes).size).toBe(8)
  for (const code of codes) expect(code).toMatch(/^[2-9a-hjkmnp-z]{5}-[2-9a-hjkmnp-z]{5}$/)
})

it.each([
  ['a step late', -STEP_MS, true],
  ['a step early', STEP_MS, true],
  ['two steps late', -2 * STEP_MS, false],
  ['two steps early', 2 * STEP_MS, false],
])('judges a code that is %s', async (how, shiftMs, isAccepted) => {
  const session = await core.startedEnrollment(how.replaceAll(' ', '-'))
  const code = codeOf(core, await startTotp(core, session), shiftMs)
  const outcome = finish(core, session, code)
  if (isAccepted) expect(await outcome).toHaveLength(8)
  else expect(await refusal(outcome)).toEqual(CODE_INVALID)
})

it('takes no code twice, and none older than one it took', async () => {
  const session = await core.startedEnrollment('replay')
  const secret = await startTotp(core, session)
  const code = codeOf(core, secret)
  const late = codeOf(core, secret, -STEP_MS)
  await finish(core, session, code)
  expect(await refusal(finish(core, session, code))).toEqual(CODE_INVALID)
  expect(await refusal(finish(core, session, late))).toEqual(CODE_INVALID)
})

it('lets one of five finishes with the same code win', async () => {
  const session = await core.startedEnrollment('five')
  const code = codeOf(core, await startTotp(core, session))
  const outcomes = await overlapping(
    core,
    `select from "user" where username = 'five'`,
    Array.from({ length: 5 }, () => () => finish(core, session, code)),
  )
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
})

it('gives fresh recovery codes for each new code, in the place of the earlier ones', async () => {
  const session = await core.startedEnrollment('fresh')
  const secret = await startTotp(core, session)
  const first = await finish(core, session, codeOf(core, secret))
  core.advance(STEP_MS)
  const second = await finish(core, session, codeOf(core, secret))
  expect(first.filter((code) => second.includes(code))).toEqual([])
  await core.activate(session, PASSWORD)
  expect(await factorsOf(core, 'fresh')).toMatchObject({ recovery: 8 })
})

it('ends a secret with the fifth wrong code; another start gives a new one', async () => {
  const session = await core.startedEnrollment('guess')
  const secret = await startTotp(core, session)
  const right = codeOf(core, secret)
  for (let i = 0; i < 4; i++) await refusal(finish(core, session, wrong(right)))
  expect(await startTotp(core, session)).toBe(secret)
  await refusal(finish(core, session, wrong(right)))
  expect(await refusal(finish(core, session, right))).toEqual(CODE_INVALID)
  const next = await startTotp(core, session)
  expect(next).not.toBe(secret)
  expect(await refusal(finish(core, session, codeOf(core, secret)))).toEqual(CODE_INVALID)
  expect(await finish(core, session, codeOf(core, next))).toHaveLength(8)
})

it('counts guesses that come at once, each before it is compared', async () => {
  const session = await core.startedEnrollment('storm')
  const right = codeOf(core, await startTotp(core, session))
  const guesses = Array.from({ length: 20 }, () => refusal(finish(core, session, wrong(right))))
  for (const guess of await Promise.all(guesses)) expect(guess).toEqual(CODE_INVALID)
  expect(await refusal(finish(core, session, right))).toEqual(CODE_INVALID)
})

it('does not count what is no code at all', async () => {
  const session = await core.startedEnrollment('typo')
  const secret = await startTotp(core, session)
  for (const text of ['', '12345', 'abcdef', '1234567', '\u0000', '１２３４５６']) {
    expect(await refusal(finish(core, session, text))).toEqual(CODE_INVALID)
  }
  expect(await finish(core, session, codeOf(core, secret))).toHaveLength(8)
})

it('starts again after a finish with the secret that was proved', async () => {
  const session = await core.startedEnrollment('again')
  const secret = await startTotp(core, session)
  await finish(core, session, codeOf(core, secret))
  expect(await startTotp(core, session)).toBe(secret)
})

it('refuses a code before the first start, and methods it does not know', async () => {
  const session = await core.startedEnrollment('unstarted')
  expect(await refusal(finish(core, session, '123456'))).toEqual(CODE_INVALID)
  const unsupported = {
    code: status.INVALID_ARGUMENT,
    message: 'Method not supported',
    reason: 'mfa_method',
  }
  for (const method of [0, 7]) {
    const request = { session_secret: session, method }
    expect(await refusal(core.clients.enrollment.startMfaSetup(request))).toEqual(unsupported)
    expect(await refusal(finish(core, session, '123456', method))).toEqual(unsupported)
  }
})

it('refuses both steps to whoever has no running session of a pending person', async () => {
  const { enrollment } = core.clients
  const both = async (session: string) => {
    const start = await refusal(
      enrollment.startMfaSetup({ session_secret: session, method: BY_APP }),
    )
    expect(await refusal(finish(core, session, '123456'))).toEqual(start)
    return start
  }
  expect(await both('')).toMatchObject({ reason: 'no_session' })
  expect(await both('dgs_unknown')).toMatchObject({ reason: 'token_unknown' })
  const enrolled = await core.startedEnrollment('enrolled')
  await core.activate(enrolled, PASSWORD)
  const alreadyEnrolled = {
    code: status.PERMISSION_DENIED,
    message: 'User is already enrolled',
    reason: 'already_enrolled',
  }
  expect(await both(enrolled)).toEqual(alreadyEnrolled)
  const slow = await core.startedEnrollment('slow')
  core.advance(10 * MINUTE_MS)
  expect(await both(slow)).toMatchObject({ reason: 'session_over', message: 'Session expired' })
})

it('refuses both steps to a disabled person, and to a token that is not for enrolling', async () => {
  const session = await core.startedEnrollment('disabled')
  await core.disable('disabled')
  const disabled = {
    code: status.PERMISSION_DENIED,
    message: 'user is disabled',
    reason: 'user_disabled',
  }
  const start = (secret: string) =>
    refusal(core.clients.enrollment.startMfaSetup({ session_secret: secret, method: BY_MAIL }))
  expect(await start(session)).toEqual(disabled)
  expect(await refusal(finish(core, session, '123456'))).toEqual(disabled)
  await core.createUser('desktop', { password: PASSWORD })
  const { invitation } = await core.clients.enrollments.issueDesktopActivation({
    username: 'desktop',
    options: undefined,
  })
  const other = (await core.start(invitation?.token ?? '')).session_secret
  expect(await start(other)).toMatchObject({ reason: 'already_enrolled' })
  expect(await refusal(finish(core, other, '123456'))).toMatchObject({ reason: 'already_enrolled' })
})
