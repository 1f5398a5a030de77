import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { FakeCore } from './_fake-core.js'
import { type Answer, startTestProxy, type TestProxy, waitFor } from './_proxy.js'
import { PUBKEY } from './_samples.js'

const core = new FakeCore()
let proxy: TestProxy
let strictProxy: TestProxy

beforeAll(async () => {
  await core.start()
  proxy = await startTestProxy(core.port)
  strictProxy = await startTestProxy(core.port, {
    publicUrl: 'https://enroll.example.com/',
    rateLimit: { perSecond: 1, burst: 1 },
  })
  await waitFor(async () => (await versionOf(proxy)) === '1.6.6+9.9.9')
})
beforeEach(() => {
  core.answer = undefined
})
afterAll(async () => {
  await Promise.all([proxy.stop(), strictProxy.stop()])
  core.stop()
})

async function versionOf(which: TestProxy): Promise<unknown> {
  return (await which.get('/api/v1/health')).headers['defguard-core-version']
}

const EXPECTED = {
  'defguard-component-version': '1.6.6+0.1.0',
  'defguard-core-version': '1.6.6+9.9.9',
  'defguard-core-connected': 'true',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
}
const ABSENT = [
  'server',
  'x-powered-by',
  'access-control-allow-origin',
  'strict-transport-security',
]

const post = (path: string, body: unknown) => () => proxy.post(path, body)

describe('every response', () => {
  const kinds: [string, number, () => Promise<Answer>][] = [
    ['a success', 200, post('/enrollment/start', { token: 'x' })],
    ['health', 200, () => proxy.get('/api/v1/health')],
    ['an unknown route', 404, () => proxy.get('/api/v1/nothing')],
    ['a wrong method', 405, () => proxy.ask('/api/v1/info', { method: 'POST' })],
    ['a wrong type', 415, () => proxy.ask('/api/v1/enrollment/start', { method: 'POST' })],
    ['a wrong shape', 422, post('/enrollment/start', {})],
    ['the wizard', 200, () => proxy.get('/?token=x')],
    ['a file of the wizard', 200, () => proxy.get('/assets/index-Ab12.js')],
    ['a missing file', 404, () => proxy.get('/assets/none.js')],
    ['HEAD', 200, () => proxy.ask('/', { method: 'HEAD' })],
  ]
  it.each(kinds)('has all headers: %s', async (_what, status, ask) => {
    const answer = await ask()
    expect(answer.status).toBe(status)
    expect(answer.headers).toMatchObject(EXPECTED)
    for (const name of ABSENT) expect(answer.headers[name]).toBeUndefined()
  })

  it('has all headers: 304', async () => {
    const { headers } = await proxy.get('/assets/index-Ab12.js')
    const again = await proxy.get('/assets/index-Ab12.js', { 'If-None-Match': headers.etag ?? '' })
    expect(again).toMatchObject({ status: 304, text: '' })
    expect(again.headers).toMatchObject(EXPECTED)
  })

  it('has all headers: a refusal and a fault of core', async () => {
    core.refuse(16, 'invalid token', 'token_unknown')
    const refused = await proxy.post('/enrollment/start', { token: 'x' })
    expect(refused).toMatchObject({ status: 401, headers: EXPECTED })
    core.refuse(13, 'internal error')
    const failed = await proxy.post('/enrollment/start', { token: 'x' })
    expect(failed).toMatchObject({ status: 500, headers: EXPECTED })
  })

  it('has all headers: 429, with a year of https where people reach us by https', async () => {
    const answers = await Promise.all([1, 2].map(() => strictProxy.get('/api/v1/info')))
    const limited = answers.find(({ status }) => status === 429)
    expect(limited?.headers).toMatchObject({
      ...EXPECTED,
      'strict-transport-security': 'max-age=31536000',
    })
  })
})

it.each([
  ['/api/v1/info', 'no-store'],
  ['/api/v1/nothing', 'no-store'],
  ['/', 'no-store'],
  ['/index.html', 'no-store'],
  ['/download', 'no-store'],
  ['/assets/none.js', 'no-store'],
  ['/assets/index-Ab12.js', 'public, max-age=31536000, immutable'],
  ['/robots.txt', 'no-cache'],
])('lets caches treat %s as %s', async (path, cacheControl) => {
  expect((await proxy.get(path)).headers['cache-control']).toBe(cacheControl)
})

it.each([['/api/v1/instance'], ['/api/v1/health'], ['/api/v1/openapi.json'], ['/']])(
  'gives %s no ETag, so that it is never 304',
  async (path) => {
    const { status, headers } = await proxy.get(path, { 'If-None-Match': '*' })
    expect(status).toBe(200)
    expect(headers.etag).toBeUndefined()
  },
)

it.each([['1.6.6-rc1'], ['1.6.6-rc1+2'], ['latest'], [''], ['1.6']])(
  'does not repeat a version of core that clients cannot read: %s',
  async (version) => {
    core.version = version
    await proxy.post('/enrollment/network_info', { pubkey: PUBKEY })
    expect(await versionOf(proxy)).toBe('1.6.6+9.9.9')
    core.version = '1.6.6+9.9.9'
  },
)
