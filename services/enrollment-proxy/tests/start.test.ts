import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { FakeCore, SESSION_SECRET } from './_fake-core.js'
import { startTestProxy, type TestProxy } from './_proxy.js'
import { DEADLINE, enrollment } from './_samples.js'

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

it('answers a start with the person, and null where core knows nothing', async () => {
  const answer = await proxy.post('/enrollment/start', { token: ' dge_x ' })
  expect(answer.status).toBe(200)
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
  const { user, instance, ...rest } = enrollment
  expect(answer.json).toEqual({
    ...rest,
    user: { ...user, phone_number: null },
    instance: { ...instance, openid_display_name: null },
  })
  expect(answer.text).not.toContain(SESSION_SECRET)
  expect(core.calls).toMatchObject([{ rpc: 'startEnrollment', request: { token: ' dge_x ' } }])
})

it('hands the session out in one cookie that ends at the deadline', async () => {
  const plain = await proxy.post('/enrollment/start', { token: 'dge_x' })
  const expires = new Date(DEADLINE * 1000).toUTCString()
  const cookie = `defguard_proxy=${SESSION_SECRET}; Path=/api/v1/enrollment; Expires=${expires}; HttpOnly; SameSite=Strict`
  expect(expires).toBe('Thu, 01 Jan 2026 00:00:00 GMT')
  expect(plain.headers['set-cookie']).toEqual([cookie])
  const secure = await httpsProxy.post('/enrollment/start', { token: 'dge_x' })
  expect(secure.headers['set-cookie']).toEqual([`${cookie}; Secure`])
})

it.each([['undefined'], ['defguard_proxy=old'], ['=;;=,"%00'], ['a'.repeat(8000)]])(
  'starts whatever cookie comes along: %.20s',
  async (cookie) => {
    const answer = await proxy.post('/enrollment/start', { token: 'dge_x' }, { Cookie: cookie })
    expect(answer.status).toBe(200)
  },
)

it('sets no cookie when core refuses', async () => {
  core.refuse(16, 'token expired', 'token_expired')
  const answer = await proxy.post('/enrollment/start', { token: 'dge_x' })
  expect(answer.status).toBe(401)
  expect(answer.json).toEqual({ error: 'token expired', reason: 'token_expired' })
  expect(answer.headers['set-cookie']).toBeUndefined()
})
