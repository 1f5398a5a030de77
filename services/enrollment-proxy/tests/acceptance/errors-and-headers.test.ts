import { componentVersion } from '@defguard/runtime/version'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { newPublicKey } from '../../../core/tests/_core.js'
import { FakeCore } from '../_fake-core.js'
import { type Pair, pairOf, startPair } from '../_pair.js'
import { type Answer, type Ask, startTestProxy, type TestProxy } from '../_proxy.js'
import { assertReadable } from '../clients/_everyone.js'
import { speaksProtocol16 } from '../clients/_versions.js'

let pair: Pair
/** Lets one request through, whoever it is from. */
let strict: TestProxy

beforeAll(async () => {
  pair = await startPair()
  strict = await pair.replica({ rateLimit: { perSecond: 1, burst: 1 } })
  await pair.core.createLocation('Office', ['10.1.0.1/24'])
})
afterAll(() => pair.stop())

describe('with a core that fails as the test says', () => {
  const core = new FakeCore()
  let proxy: TestProxy

  beforeAll(async () => {
    await core.start()
    proxy = await startTestProxy(core.port)
  })
  afterAll(async () => {
    await proxy.stop()
    core.stop()
  })

  const start = (body: string, type = 'application/json') =>
    proxy.ask('/api/v1/enrollment/start', {
      method: 'POST',
      headers: { 'Content-Type': type },
      body,
    })
  const refusedBy = (code: number, reason?: string) => () => {
    core.refuse(code, 'invalid token', reason)
    return start('{"token":"x"}')
  }

  it.each<[number, () => Promise<Answer>]>([
    [400, () => start('{')],
    [401, refusedBy(16, 'token_unknown')],
    [403, refusedBy(7, 'wrong_token_kind')],
    [404, () => proxy.get('/api/v1/nothing')],
    [405, () => proxy.get('/api/v1/enrollment/start')],
    [413, () => start(' '.repeat(64 * 1024 + 1))],
    [415, () => start('{}', 'text/plain')],
    [422, () => start('{}')],
    [429, refusedBy(8, 'rate_limited')],
    [500, refusedBy(13)],
    [502, refusedBy(12)],
    [503, refusedBy(14)],
    [504, refusedBy(4)],
  ])('11.35 a %i is JSON with the text of an error', async (status, ask) => {
    const answer = await ask()
    expect(answer.status).toBe(status)
    assertReadable(answer, 'error')
  })

  it.each([
    ['UNAUTHENTICATED', 16],
    ['NOT_FOUND', 5],
  ])(
    '11.42 a bare %s of the transport is no refusal of the token, but 502',
    async (_name, code) => {
      for (const path of ['/enrollment/start', '/poll']) {
        core.refuse(code, 'no such service')
        expect(await proxy.post(path, { token: 'x' })).toMatchObject({
          status: 502,
          json: { error: 'Unexpected answer from core' },
        })
      }
    },
  )
})

it('11.36 what is not there is JSON under /api, and the wizard everywhere else', async () => {
  for (const path of ['/api', '/api/v1/anything/else', '/api/v2/poll']) {
    expect(await pair.proxy.get(path)).toMatchObject({ status: 404, json: { error: 'Not found' } })
  }
  const page = await pair.proxy.get('/anything/else')
  expect(page.status).toBe(200)
  expect(page.text).toMatch(/^<!doctype html>/)
  expect(await pair.proxy.ask('/anything/else', { method: 'POST' })).toMatchObject({
    status: 405,
    json: { error: 'Method not allowed' },
  })
})

const LATER = [
  'client-mfa/start',
  'client-mfa/finish',
  'client-mfa/remote?token=x',
  'client-mfa/finish-remote',
  'openid/auth_info',
  'openid/callback',
  'openid/callback/mfa',
  'posture/connect',
]

it('11.37 what comes later is not there, not as a WebSocket either, and nothing leads to it', async () => {
  const websocket = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version': '13',
  }
  const notFound = { status: 404, json: { error: 'Not found' } }
  for (const path of LATER) {
    expect(await pair.proxy.post(`/${path}`, {})).toMatchObject(notFound)
    expect(await pair.proxy.get(`/api/v1/${path}`)).toMatchObject(notFound)
    expect(await pair.proxy.get(`/api/v1/${path}`, websocket)).toMatchObject(notFound)
  }
  const started = await pair.start(await pair.invite('later'))
  const body = { name: 'pc', pubkey: newPublicKey() }
  const made = await pair.call(pairOf(started), 'create_device', body)
  const off = { mfa_enabled: false, location_mfa_mode: 1, service_location_mode: 1 }
  expect(made.json).toMatchObject({ configs: [off], instance: { openid_display_name: null } })
  expect(started.json).toMatchObject({ instance: { openid_display_name: null } })
  const document = await pair.proxy.get('/api/v1/openapi.json')
  for (const { text } of [started, made, document]) {
    expect(text).not.toMatch(/posture|client-mfa|openid\//)
  }
})

describe('11.38 the three headers that clients read stand on', () => {
  const ask = (path: string, more: Ask = {}) => pair.proxy.ask(path, more)
  it.each<[string, number, () => Promise<Answer>]>([
    ['an answer', 200, () => ask('/api/v1/instance')],
    ['health', 200, () => ask('/api/v1/health')],
    ['a refusal', 401, () => pair.start('dge_nobody')],
    ['an unknown route', 404, () => ask('/api/v1/nothing')],
    ['a wrong method', 405, () => ask('/api/v1/poll', { method: 'PUT' })],
    ['a wrong type', 415, () => ask('/api/v1/poll', { method: 'POST' })],
    ['a wrong shape', 422, () => pair.proxy.post('/poll', {})],
    ['the page', 200, () => ask('/')],
    ['a file', 200, () => ask('/assets/index-Ab12.js')],
    ['a missing file', 404, () => ask('/assets/none.js')],
    ['HEAD', 200, () => ask('/', { method: 'HEAD' })],
    [
      'one request too many',
      429,
      async () => {
        await strict.get('/api/v1/info')
        return strict.get('/api/v1/info')
      },
    ],
  ])('%s', async (_what, status, get) => {
    const answer = await get()
    expect(answer.status).toBe(status)
    expect(speaksProtocol16(answer)).toBe(true)
    expect(answer.headers['defguard-core-connected']).toBe('true')
  })

  it('a build of ours that is no release yet', () => {
    for (const own of ['0.2.0-rc.1', '1.0.0-alpha+build_7', 'nightly']) {
      const headers = {
        'defguard-component-version': componentVersion(own),
        'defguard-core-version': componentVersion(own),
      }
      expect(speaksProtocol16({ status: 200, headers, text: '', json: undefined })).toBe(true)
    }
  })
})

it('11.39 no header of a client is a reason to refuse it', async () => {
  const habits: Record<string, string>[] = [
    { Origin: 'tauri://localhost' },
    { Origin: 'https://tauri.localhost' },
    { client_version_header: '1.6.0', client_platform_header: 'CgVMaW51eA==' },
    { 'defguard-client-version': 'not a version', 'defguard-client-platform': '%%%\u00ff' },
    { 'User-Agent': '' },
    {},
  ]
  for (const [i, headers] of habits.entries()) {
    const started = await pair.start(await pair.invite(`habit${i}`), headers)
    const body = { name: 'pc', pubkey: newPublicKey() }
    const session = { ...headers, Cookie: pairOf(started) }
    const made = await pair.proxy.post('/enrollment/create_device', body, session)
    const polled = await pair.proxy.post('/poll', { token: made.json?.token }, headers)
    expect([started.status, made.status, polled.status]).toEqual([200, 200, 200])
  }
})

it('11.40 a forged X-Forwarded-For neither escapes the limits nor reaches the records', async () => {
  strict.advance(60_000)
  const statuses: number[] = []
  for (const address of ['192.0.2.1', '192.0.2.2']) {
    statuses.push((await strict.get('/api/v1/info', { 'X-Forwarded-For': address })).status)
  }
  expect(statuses).toEqual([200, 429])
  await pair.start(await pair.invite('forged'), { 'X-Forwarded-For': '192.0.2.3' })
  const [session] = await pair.query('select ip from enrollment_session order by id desc limit 1')
  expect(session).toEqual({ ip: '127.0.0.1' })
  const forged = await pair.query(`select from audit_event where ip::text like '192.0.2.%'`)
  expect(forged).toHaveLength(0)
})
