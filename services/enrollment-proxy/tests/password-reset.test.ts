import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { FakeCore, RESET_SECRET, SESSION_SECRET } from './_fake-core.js'
import { startTestProxy, type TestProxy } from './_proxy.js'
import { DEADLINE } from './_samples.js'

const core = new FakeCore()
let proxy: TestProxy
let httpsProxy: TestProxy

beforeAll(async () => {
  await core.start()
  proxy = await startTestProxy(core.port)
  httpsProxy = await startTestProxy(core.port, { publicUrl: 'https://enroll.example.com/' })
})
beforeEach(() => {
  core.answer = undefined
  core.received.length = 0
})
afterAll(async () => {
  await Promise.all([proxy.stop(), httpsProxy.stop()])
  core.stop()
})

const PAIR = `defguard_proxy_password_reset=${RESET_SECRET}`
const ATTRIBUTES = 'HttpOnly; SameSite=Strict'
const start = (which = proxy) => which.post('/password-reset/start', { token: 'dgr_x' })
const reset = (Cookie: string, which = proxy) =>
  which.post('/password-reset/reset', { password: 'correct horse battery' }, { Cookie })

it('hands a session out in a cookie of its own that ends at the deadline', async () => {
  const answer = await start()
  const expires = new Date(DEADLINE * 1000).toUTCString()
  const cookie = `${PAIR}; Path=/api/v1/password-reset; Expires=${expires}; ${ATTRIBUTES}`
  expect(answer).toMatchObject({ status: 200, json: { deadline_timestamp: DEADLINE } })
  expect(answer.text).not.toContain(RESET_SECRET)
  expect(answer.headers['set-cookie']).toEqual([cookie])
  expect((await start(httpsProxy)).headers['set-cookie']).toEqual([`${cookie}; Secure`])
  expect(core.calls[0]).toMatchObject({ rpc: 'startPasswordReset', request: { token: 'dgr_x' } })
})

it('takes the cookie away once the password is set', async () => {
  const answer = await reset(PAIR)
  const removal = `defguard_proxy_password_reset=; Path=/api/v1/password-reset; Expires=Thu, 01 Jan 1970 00:00:00 GMT; ${ATTRIBUTES}`
  expect(answer).toMatchObject({ status: 200, text: '{}' })
  expect(answer.headers['set-cookie']).toEqual([removal])
  expect((await reset(PAIR, httpsProxy)).headers['set-cookie']).toEqual([`${removal}; Secure`])
  expect(core.calls[0]).toMatchObject({
    rpc: 'resetPassword',
    request: { session_secret: RESET_SECRET, password: 'correct horse battery' },
  })
})

it('leaves the cookie where it is when core refuses the password or does not answer', async () => {
  core.refuse(3, 'password not strong enough: use at least 8 characters', 'password_too_short')
  const refused = await reset(PAIR)
  expect(refused).toMatchObject({ status: 400, json: { reason: 'password_too_short' } })
  expect(refused.headers['set-cookie']).toBeUndefined()
  core.refuse(14, 'away')
  const lost = await reset(PAIR)
  expect(lost.status).toBe(503)
  expect(lost.headers['set-cookie']).toBeUndefined()
})

it.each([
  ['invalid token', 'token_unknown', 16, 401],
  ['token expired', 'token_expired', 16, 401],
  ['invalid token', 'wrong_token_kind', 7, 403],
  ['user disabled or not yet enrolled', 'user_disabled', 7, 403],
])('sets no cookie for a start that core refuses: %s, %s', async (text, reason, code, status) => {
  core.refuse(code, text, reason)
  const answer = await start()
  expect(answer).toMatchObject({ status, json: { error: text, reason } })
  expect(answer.headers['set-cookie']).toBeUndefined()
})

describe('the two sessions', () => {
  it('are never taken for one another: each route reads the cookie of its own', async () => {
    await reset(`defguard_proxy=${SESSION_SECRET}; ${PAIR}`)
    await reset(`defguard_proxy=${SESSION_SECRET}`)
    await proxy.get('/api/v1/enrollment/session', { Cookie: PAIR })
    expect(core.calls.map(({ request }) => request.session_secret)).toEqual([RESET_SECRET, '', ''])
  })

  it('reach core as they are when somebody swaps them, and core refuses', async () => {
    core.refuse(7, 'invalid token', 'wrong_token_kind')
    const answer = await proxy.get('/api/v1/enrollment/session', {
      Cookie: `defguard_proxy=${RESET_SECRET}`,
    })
    expect(answer).toMatchObject({ status: 403, json: { error: 'invalid token' } })
    expect(core.calls[0]?.request.session_secret).toBe(RESET_SECRET)
  })
})

it('answers every request for a link alike', async () => {
  const request = (email: string) => httpsProxy.post('/password-reset/request', { email })
  const answers = [await request('jo@example.com'), await request('\u0000'), await request('')]
  for (const { status, text, headers } of answers) {
    expect({ status, text }).toEqual({ status: 200, text: '{}' })
    expect({ ...headers, date: '' }).toEqual({ ...answers[0]?.headers, date: '' })
  }
  expect(core.calls[0]).toMatchObject({
    rpc: 'requestPasswordReset',
    request: { email: 'jo@example.com' },
  })
})
