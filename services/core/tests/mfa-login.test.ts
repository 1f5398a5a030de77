import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { MINUTE_MS, startTestCore, type TestCore } from './_core.js'
import {
  BY_MAIL,
  codeOf,
  codesIn,
  finish,
  mailedCode,
  nextCode,
  overlapping,
  PASSWORD,
  query,
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
  code: status.UNAUTHENTICATED,
  message: 'Code invalid',
  reason: 'mfa_code',
}
const LOGIN_FAILED = {
  code: status.UNAUTHENTICATED,
  message: 'invalid username or password',
  reason: 'login_failed',
}

const login = (username: string, code?: string, password = PASSWORD) =>
  core.clients.auth.login({ login: username, password, code })

/** Somebody who has enrolled with an authenticator app; time has passed since its last code. */
async function withApp(username: string) {
  const session = await core.startedEnrollment(username)
  const secret = await startTotp(core, session)
  const recovery = await finish(core, session, codeOf(core, secret))
  await core.activate(session, PASSWORD)
  core.advance(STEP_MS)
  return { secret, recovery }
}

/** Somebody who has enrolled with codes by mail; the next one may go out. */
async function withMail(username: string) {
  const session = await core.startedEnrollment(username)
  const code = await mailedCode(core, session, `${username}@example.com`)
  await finish(core, session, code, BY_MAIL)
  await core.activate(session, PASSWORD)
  core.advance(MINUTE_MS)
}

it('asks for a code once the password is right, and logs in with one', async () => {
  const { secret } = await withApp('app')
  expect(await refusal(login('app'))).toEqual({
    code: status.UNAUTHENTICATED,
    message:
      'this account has a second factor: enter a code of your authenticator app, or a recovery code',
    reason: 'mfa_code_required',
  })
  const { session_secret, username } = await login('app', ` ${codeOf(core, secret)} `)
  expect(username).toBe('app')
  const bearer = { authorization: `Bearer ${session_secret}` }
  expect(await core.clients.auth.whoAmI({}, bearer)).toMatchObject({ username: 'app' })
})

it('says nothing of a second factor to whoever has no right password', async () => {
  const { secret } = await withApp('discreet')
  const right = codeOf(core, secret)
  for (const code of [undefined, wrong(right), right])
    expect(await refusal(login('discreet', code, 'wrong password'))).toEqual(LOGIN_FAILED)
  await login('discreet', right)
})

it('does not count codes against an account whose password is not known', async () => {
  const { secret } = await withApp('unharmed')
  for (let i = 0; i < 6; i++) await refusal(login('unharmed', '000000', 'wrong password'))
  await login('unharmed', codeOf(core, secret))
})

it('takes a step of drift either side, each step once, and none that enrolled already', async () => {
  const session = await core.startedEnrollment('drift')
  const secret = await startTotp(core, session)
  const enrolling = codeOf(core, secret)
  await finish(core, session, enrolling)
  await core.activate(session, PASSWORD)
  expect(await refusal(login('drift', enrolling))).toEqual(CODE_INVALID)
  expect(await refusal(login('drift', codeOf(core, secret, 2 * STEP_MS)))).toEqual(CODE_INVALID)
  const next = codeOf(core, secret, STEP_MS)
  await login('drift', next)
  core.advance(2 * STEP_MS)
  expect(await refusal(login('drift', next))).toEqual(CODE_INVALID)
  await login('drift', codeOf(core, secret))
})

it('opens one session for one code of an app, however many try it at once', async () => {
  const { secret } = await withApp('crowd')
  const code = codeOf(core, secret)
  const logins = Array.from({ length: 4 }, () => login('crowd', code))
  const outcomes = await Promise.allSettled(logins)
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
})

it('opens one session for one recovery code, ever', async () => {
  const { recovery } = await withApp('lost')
  const [first = '', second = ''] = recovery
  const outcomes = await overlapping(
    core,
    'select from recovery_code',
    // With those that follow, fewer wrong attempts than make the account pause.
    Array.from({ length: 3 }, () => () => login('lost', first)),
  )
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(await refusal(login('lost', first))).toEqual(CODE_INVALID)
  await core.restart()
  expect(await refusal(login('lost', first))).toEqual(CODE_INVALID)
  await login('lost', ` ${second.toUpperCase().replace('-', ' ')}`)
})

it('takes no recovery code of somebody else, nor one that was replaced', async () => {
  const { recovery: foreign } = await withApp('owner')
  await withApp('other')
  expect(await refusal(login('other', foreign[0]))).toEqual(CODE_INVALID)
  const session = await core.startedEnrollment('replaced')
  const secret = await startTotp(core, session)
  const [old] = await finish(core, session, codeOf(core, secret))
  core.advance(STEP_MS)
  const [fresh] = await finish(core, session, codeOf(core, secret))
  await core.activate(session, PASSWORD)
  expect(await refusal(login('replaced', old))).toEqual(CODE_INVALID)
  await login('replaced', fresh)
})

it('mails a code where mail is the factor, at most once a minute, and takes it once', async () => {
  await withMail('mailed')
  const to = 'mailed@example.com'
  expect(await refusal(login('mailed'))).toMatchObject({
    reason: 'mfa_code_required',
    message:
      'this account has a second factor: enter the code that was mailed to you, or a recovery code',
  })
  const code = await nextCode(core, to, 1)
  await Promise.all(Array.from({ length: 3 }, () => refusal(login('mailed'))))
  const outcomes = await overlapping(
    core,
    'select from login_code',
    Array.from({ length: 4 }, () => () => login('mailed', code)),
  )
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(await refusal(login('mailed', code))).toEqual(CODE_INVALID)
  // A code that was used does not keep the next login waiting for its own.
  await refusal(login('mailed'))
  const next = await nextCode(core, to, 2)
  expect(codesIn(core, to)).toHaveLength(3)
  core.advance(5 * MINUTE_MS)
  expect(await refusal(login('mailed', next))).toEqual(CODE_INVALID)
})

it('takes neither mailed codes of an account without that factor, nor those of enrolling', async () => {
  const session = await core.startedEnrollment('enrolling')
  const secret = await startTotp(core, session)
  const unfinished = await mailedCode(core, session, 'enrolling@example.com')
  await finish(core, session, codeOf(core, secret))
  await core.activate(session, PASSWORD)
  expect(await refusal(login('enrolling', unfinished))).toEqual(CODE_INVALID)
  await refusal(login('enrolling'))
  expect(codesIn(core, 'enrolling@example.com')).toEqual([unfinished])
})

it('pauses for five minutes after five wrong codes, and answers as if each were wrong', async () => {
  const { secret, recovery } = await withApp('paused')
  for (let i = 0; i < 5; i++)
    expect(await refusal(login('paused', wrong(codeOf(core, secret))))).toEqual(CODE_INVALID)
  expect(await refusal(login('paused', codeOf(core, secret)))).toEqual(CODE_INVALID)
  expect(await refusal(login('paused', recovery[0]))).toEqual(CODE_INVALID)
  core.advance(5 * MINUTE_MS - 1)
  expect(await refusal(login('paused', codeOf(core, secret)))).toEqual(CODE_INVALID)
  core.advance(1)
  await login('paused', codeOf(core, secret))
})

it('counts guesses that come at once, and forgets them with a right code', async () => {
  const { secret } = await withApp('guessed')
  for (let i = 0; i < 4; i++) await refusal(login('guessed', wrong(codeOf(core, secret))))
  await login('guessed', codeOf(core, secret))
  core.advance(STEP_MS)
  for (let i = 0; i < 4; i++) await refusal(login('guessed', wrong(codeOf(core, secret))))
  await login('guessed', codeOf(core, secret))
  core.advance(STEP_MS)
  const right = codeOf(core, secret)
  await Promise.all(Array.from({ length: 12 }, () => refusal(login('guessed', wrong(right)))))
  expect(await refusal(login('guessed', right))).toEqual(CODE_INVALID)
})

it('asks nobody without a second factor for a code, and minds none', async () => {
  await core.activate(await core.startedEnrollment('plain'), PASSWORD)
  await login('plain')
  await login('plain', 'anything')
})

it('records what was refused, and no code', async () => {
  const { secret } = await withApp('recorded')
  const codes = [wrong(codeOf(core, secret)), codeOf(core, secret)]
  await refusal(login('recorded'))
  await refusal(login('recorded', codes[0]))
  await login('recorded', codes[1])
  const events = await query<{ reason: string | null }>(
    core,
    `select * from audit_event where action = 'auth.login' and actor_name = 'recorded' order by id`,
  )
  expect(events.map(({ reason }) => reason)).toEqual([
    'mfa_code_required',
    'login_code_wrong',
    null,
  ])
  for (const code of codes) expect(JSON.stringify(events)).not.toContain(code)
})
