import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { FakeCore, SESSION_SECRET } from './_fake-core.js'
import { startTestProxy, type TestProxy } from './_proxy.js'
import { PUBKEY } from './_samples.js'

const core = new FakeCore()
let proxy: TestProxy

beforeAll(async () => {
  await core.start()
  proxy = await startTestProxy(core.port)
})
beforeEach(() => {
  core.answer = undefined
  core.received.length = 0
})
afterAll(async () => {
  await proxy.stop()
  core.stop()
})

/** Not ASCII, and with a percent sign that is none of ours. */
const USER_AGENT = 'Firefox (50 %C3 \u00f3)'
const S = SESSION_SECRET
const PAIR = `defguard_proxy=${S}`

it.each([
  ['the bare pair', PAIR],
  [
    'the whole Set-Cookie line',
    `${PAIR}; Path=/api/v1/enrollment; Expires=Thu, 01 Jan 2026 00:00:00 GMT; HttpOnly; SameSite=Strict; Secure`,
  ],
  ['other cookies before it', `theme=dark; defguard_proxy_password_reset=dgt_x; ${PAIR}`],
  ['another pair of the same name after it', `${PAIR}; defguard_proxy=dgs_other`],
  ['an empty pair of the same name before it', `defguard_proxy=; ${PAIR}`],
  ['quotes around the value', `defguard_proxy="${S}"`],
  ['white space and empty parts', ` ;;  ${PAIR}  ;`],
])('finds the session in %s', async (_what, Cookie) => {
  await proxy.post('/enrollment/network_info', { pubkey: PUBKEY }, { Cookie })
  expect(core.calls[0]?.request.session_secret).toBe(S)
})

it.each([
  ['no cookie', undefined],
  ['the word undefined', 'undefined'],
  ['an empty pair', 'defguard_proxy='],
  ['an empty pair in quotes', 'defguard_proxy=""'],
  ['a name that only begins alike', `defguard_proxy2=${S}; xdefguard_proxy=${S}`],
  ['another letter case', `Defguard_Proxy=${S}`],
  ['garbage', '=;,"\\%00\u00ff'],
])('finds no session in %s', async (_what, Cookie) => {
  const headers: Record<string, string> = Cookie === undefined ? {} : { Cookie }
  await proxy.post('/enrollment/network_info', { pubkey: PUBKEY }, headers)
  expect(core.calls[0]?.request.session_secret).toBe('')
})

it('ignores a token in the body: only the cookie identifies a session', async () => {
  const body = { name: '', pubkey: PUBKEY, token: S, posture_data: { deep: [1] } }
  expect((await proxy.post('/enrollment/create_device', body)).status).toBe(200)
  expect(core.calls[0]?.request).toEqual({ session_secret: '', name: '', pubkey: PUBKEY })
})

it.each([
  [{ password: 'p' }, undefined],
  [{ password: 'p', phone_number: null }, undefined],
  [{ password: 'p', phone_number: '' }, ''],
  [{ password: 'p', phone_number: '+48 1' }, '+48 1'],
])('passes %j on with the phone number %j', async (body, phone) => {
  const answer = await proxy.post('/enrollment/activate_user', body, { Cookie: PAIR })
  expect(answer).toMatchObject({ status: 200, text: '{}' })
  expect(core.calls[0]?.request).toEqual({
    session_secret: S,
    password: 'p',
    phone_number: phone,
  })
})

it('reads a session without setting a cookie', async () => {
  const answer = await proxy.get('/api/v1/enrollment/session', { Cookie: PAIR })
  expect(answer).toMatchObject({ status: 200, json: { user: { login: 'jdoe' } } })
  expect(answer.headers['set-cookie']).toBeUndefined()
  expect(core.calls).toMatchObject([{ rpc: 'getSession', request: { session_secret: S } }])
})

it('tells core who asks', async () => {
  await proxy.get('/api/v1/instance', {
    'User-Agent': USER_AGENT,
    'defguard-client-version': '1.6.0',
    client_version_header: '1.5.0',
    client_platform_header: 'CgVMaW51eA==',
    'Accept-Language': 'pl-PL,pl;q=0.9',
    'X-Forwarded-For': '203.0.113.9',
  })
  const metadata = core.calls[0]?.metadata ?? {}
  expect(metadata).toMatchObject({
    'x-client-address': '127.0.0.1',
    'x-client-version': '1.6.0',
    'x-client-platform': 'CgVMaW51eA==',
    'x-client-language': 'pl-PL,pl;q=0.9',
  })
  expect(metadata['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  expect(decodeURIComponent(metadata['x-client-user-agent'] ?? '')).toBe(USER_AGENT)
})

it('takes clients that name nothing, or far too much', async () => {
  expect((await proxy.get('/api/v1/instance')).status).toBe(200)
  expect(core.calls[0]?.metadata['x-client-user-agent']).toBeUndefined()
  const answer = await proxy.get('/api/v1/instance', {
    'User-Agent': '\u00ff'.repeat(4000),
    'defguard-client-platform': '%'.repeat(4000),
    'defguard-client-version': 'not a version',
    Origin: 'tauri://localhost',
  })
  expect(answer.status).toBe(200)
  expect(answer.headers['access-control-allow-origin']).toBeUndefined()
  const metadata = core.calls[1]?.metadata ?? {}
  expect(decodeURIComponent(metadata['x-client-user-agent'] ?? '')).toHaveLength(512)
  expect(metadata['x-client-platform']).toBeUndefined()
})

describe('a second factor', () => {
  it.each([
    ['Totp', 1],
    ['Email', 2],
    ['totp', 0],
    ['0', 0],
    ['', 0],
    ['constructor', 0],
  ])(
    'is named by a text: %j is %i at core, which refuses what it does not know',
    async (method, at) => {
      const path = '/enrollment/register-mfa/code'
      const started = await proxy.post(`${path}/start`, { method }, { Cookie: PAIR })
      expect(started).toMatchObject({
        status: 200,
        json: { totp_secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' },
      })
      const finished = await proxy.post(
        `${path}/finish`,
        { method, code: '123456' },
        { Cookie: PAIR },
      )
      expect(finished).toMatchObject({
        status: 200,
        json: { recovery_codes: ['k3f9d-82hqm', 'x7c2p-hhq4m'] },
      })
      expect(core.calls.map(({ request }) => request)).toEqual([
        { session_secret: S, method: at },
        { session_secret: S, method: at, code: '123456' },
      ])
    },
  )

  it('has no secret where codes come by mail', async () => {
    core.answer = () => ({})
    const body = { method: 'Email' }
    const answer = await proxy.post('/enrollment/register-mfa/code/start', body, { Cookie: PAIR })
    expect(answer).toMatchObject({ status: 200, text: '{"totp_secret":null}' })
  })

  it('cannot be named by a number, as all other enums are', async () => {
    expect(await proxy.post('/enrollment/register-mfa/code/start', { method: 0 })).toMatchObject({
      status: 422,
      json: { error: 'method: must be a string' },
    })
  })
})

it('registers the keys of a phone', async () => {
  const body = { auth_pub_key: 'YXV0aA==', device_pub_key: PUBKEY }
  const answer = await proxy.post('/enrollment/register_mobile', body, { Cookie: PAIR })
  expect(answer).toMatchObject({ status: 200, text: '{}' })
  expect(core.calls).toMatchObject([
    {
      rpc: 'registerMobileAuth',
      request: { session_secret: S, auth_pubkey: 'YXV0aA==', device_pubkey: PUBKEY },
    },
  ])
})

it('passes a note on in the session, and the token of a dead link without one', async () => {
  const text = 'My name is \u00d3scar.\nNot Oscar.'
  expect(await proxy.post('/enrollment/note', { text }, { Cookie: PAIR })).toMatchObject({
    status: 200,
    text: '{}',
  })
  const body = { token: ' dge_x ' }
  expect(await proxy.post('/enrollment/request_link', body, { Cookie: PAIR })).toMatchObject({
    status: 200,
    text: '{}',
  })
  expect(core.calls).toMatchObject([
    { rpc: 'reportMistake', request: { session_secret: S, text } },
    { rpc: 'requestNewLink', request: { token: ' dge_x ' } },
  ])
})
