import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { FakeCore } from './_fake-core.js'
import { type Answer, type Changes, startTestProxy, type TestProxy } from './_proxy.js'

const core = new FakeCore()
let proxy: TestProxy

beforeAll(() => core.start())
beforeEach(() => {
  core.answer = undefined
  core.received.length = 0
})
afterEach(() => proxy.stop())
afterAll(() => core.stop())

async function start(changes: Changes): Promise<void> {
  proxy = await startTestProxy(core.port, changes)
}

const from = (address: string) => ({ 'X-Forwarded-For': address })

async function statusesOf(count: number, ask: (i: number) => Promise<Answer>): Promise<number[]> {
  const statuses: number[] = []
  for (let i = 0; i < count; i++) statuses.push((await ask(i)).status)
  return statuses
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value)

describe('requests of one address', () => {
  const info = (headers = {}) => proxy.get('/api/v1/info', headers)

  it('pass until the burst is used up, and then at the pace of the refill', async () => {
    await start({ rateLimit: { perSecond: 2, burst: 5 } })
    expect(await statusesOf(7, () => info())).toEqual([...times(5, 200), 429, 429])
    proxy.advance(499)
    expect((await info()).status).toBe(429)
    proxy.advance(1)
    expect(await statusesOf(2, () => info())).toEqual([200, 429])
    proxy.advance(60_000)
    expect(await statusesOf(6, () => info())).toEqual([...times(5, 200), 429])
  })

  it('learn when to come back', async () => {
    await start({ rateLimit: { perSecond: 1, burst: 1 } })
    await info()
    proxy.advance(400)
    const answer = await info()
    expect(answer.headers['retry-after']).toBe('1')
    expect(answer.json).toEqual({
      error: 'Too many requests, try again in 1 s',
      reason: 'rate_limited',
    })
  })

  it('are refused after 404 and 405 and before 415', async () => {
    await start({ rateLimit: { perSecond: 1, burst: 1 } })
    await info()
    expect((await proxy.get('/api/v1/nothing')).status).toBe(404)
    expect((await proxy.get('/api/v1/enrollment/start')).status).toBe(405)
    expect((await proxy.ask('/api/v1/enrollment/start', { method: 'POST' })).status).toBe(429)
  })

  it('are not limited for health and for the wizard', async () => {
    await start({ rateLimit: { perSecond: 1, burst: 1 } })
    const paths = ['/api/v1/health', '/api/v1/health-grpc', '/']
    for (const path of paths) {
      expect(await statusesOf(4, () => proxy.get(path))).toEqual(times(4, 200))
    }
  })

  it.each([
    [0, 10],
    [10, 0],
  ])('are not limited when switched off: %i per second, burst %i', async (perSecond, burst) => {
    await start({ rateLimit: { perSecond, burst } })
    expect(await statusesOf(30, () => info())).toEqual(times(30, 200))
  })

  it('count for a whole IPv6 /64, and apart from everybody else', async () => {
    await start({ rateLimit: { perSecond: 1, burst: 1 }, trusted: ['127.0.0.0/8'] })
    const addresses = ['2001:db8::1', '2001:db8::ffff:1', '2001:db8:0:1::1', '192.0.2.1']
    const statuses = await statusesOf(4, (i) => info(from(addresses[i] ?? '')))
    expect(statuses).toEqual([200, 429, 200, 200])
  })

  it('cannot escape by naming another address', async () => {
    await start({ rateLimit: { perSecond: 1, burst: 1 } })
    expect(await statusesOf(2, (i) => info(from(`192.0.2.${i}`)))).toEqual([200, 429])
  })
})

describe('the address that core is told', () => {
  it.each([
    ['nobody is trusted', [], '203.0.113.9', '127.0.0.1'],
    ['the peer is trusted', ['127.0.0.1'], '203.0.113.9', '203.0.113.9'],
    ['the client forged one', ['127.0.0.1'], '1.1.1.1, 203.0.113.9', '203.0.113.9'],
    [
      'there are two proxies',
      ['127.0.0.1', '10.0.0.0/8'],
      '1.1.1.1, 203.0.113.9, 10.1.2.3',
      '203.0.113.9',
    ],
    ['the middle proxy is not trusted', ['127.0.0.1'], '203.0.113.9, 10.1.2.3', '10.1.2.3'],
    ['everything is trusted', ['0.0.0.0/0'], '203.0.113.9', '127.0.0.1'],
    ['the nearest entry is no address', ['127.0.0.1'], '203.0.113.9, unknown', '127.0.0.1'],
    ['the header is empty', ['127.0.0.1'], '', '127.0.0.1'],
    ['there are ports', ['127.0.0.1'], '[2001:db8::7]:443', '2001:db8::7'],
    ['it is IPv4 inside IPv6', ['127.0.0.1'], '::ffff:203.0.113.9', '203.0.113.9'],
  ])('is the right-most untrusted one when %s', async (_what, trusted, forwarded, expected) => {
    await start({ trusted })
    await proxy.get('/api/v1/instance', from(forwarded))
    expect(core.calls[0]?.metadata['x-client-address']).toBe(expected)
  })
})

describe('unknown tokens', () => {
  const startWith = (token: string, headers = {}) =>
    proxy.post('/enrollment/start', { token }, headers)

  beforeEach(async () => {
    await start({ trusted: ['127.0.0.1'] })
    core.answer = (_rpc, { token }) =>
      token === 'real'
        ? undefined
        : { code: 16, details: 'invalid token', trailers: { 'error-reason': String(token) } }
  })

  it('are 429 after 20 within a minute, while a real one still passes', async () => {
    const guess = () => startWith('token_unknown')
    expect(await statusesOf(22, guess)).toEqual([...times(20, 401), 429, 429])
    const limited = await guess()
    expect(limited.headers['retry-after']).toBe('60')
    expect(limited.headers['set-cookie']).toBeUndefined()
    expect((await startWith('real')).status).toBe(200)
    expect((await startWith('token_unknown', from('192.0.2.7'))).status).toBe(401)
    proxy.advance(60_000)
    expect((await guess()).status).toBe(401)
  })

  it('count together for enrollment and password reset', async () => {
    const resetWith = (token: string) => proxy.post('/password-reset/start', { token })
    expect(await statusesOf(10, () => startWith('token_unknown'))).toEqual(times(10, 401))
    expect(await statusesOf(11, () => resetWith('token_unknown'))).toEqual([...times(10, 401), 429])
    expect((await startWith('token_unknown')).status).toBe(429)
    expect((await resetWith('real')).status).toBe(200)
  })

  it.each([['token_used'], ['token_revoked'], ['token_expired']])(
    'are not counted when they once were real: %s',
    async (reason) => {
      expect(await statusesOf(25, () => startWith(reason))).toEqual(times(25, 401))
    },
  )
})

describe('refusals of activate_user', () => {
  const activate = (session?: string) =>
    proxy.post(
      '/enrollment/activate_user',
      { password: 'short' },
      session ? { Cookie: `defguard_proxy=${session}` } : {},
    )

  beforeEach(() => start({}))

  it('are 60 per minute and session, and then core is not asked again', async () => {
    core.refuse(3, 'password not strong enough: use at least 8 characters', 'password_too_short')
    expect(await statusesOf(61, () => activate('dgs_a'))).toEqual([...times(60, 400), 429])
    expect(core.calls).toHaveLength(60)
    expect((await activate('dgs_b')).status).toBe(400)
    proxy.advance(60_000)
    expect((await activate('dgs_a')).status).toBe(400)
  })

  it('are too many before anybody looks at the body', async () => {
    core.refuse(3, 'password not strong enough: use at least 8 characters', 'password_too_short')
    expect(await statusesOf(60, () => activate('dgs_a'))).toEqual(times(60, 400))
    const Cookie = 'defguard_proxy=dgs_a'
    const body = { method: 'POST', headers: { Cookie }, body: '{' }
    expect((await proxy.ask('/api/v1/enrollment/activate_user', body)).status).toBe(429)
  })

  it('are not counted together for everybody without a session', async () => {
    core.refuse(16, 'Missing authorization header', 'no_session')
    expect(await statusesOf(65, () => activate())).toEqual(times(65, 401))
  })

  it('are not counted when core was away', async () => {
    core.refuse(14, 'temporarily unavailable')
    expect(await statusesOf(65, () => activate('dgs_a'))).toEqual(times(65, 503))
  })
})

describe('refused codes of a second factor', () => {
  const finish = (session: string) =>
    proxy.post(
      '/enrollment/register-mfa/code/finish',
      { method: 'Totp', code: '000000' },
      { Cookie: `defguard_proxy=${session}` },
    )

  it('are 10 per minute and session, and then core is not asked again', async () => {
    await start({})
    core.refuse(3, 'Code invalid', 'mfa_code')
    expect(await statusesOf(12, () => finish('dgs_a'))).toEqual([...times(10, 400), 429, 429])
    expect(core.calls).toHaveLength(10)
    expect((await finish('dgs_b')).status).toBe(400)
    proxy.advance(60_000)
    core.answer = undefined
    expect(await statusesOf(12, () => finish('dgs_a'))).toEqual(times(12, 200))
  })
})

describe('refused passwords of a reset', () => {
  it('are 60 per minute and session, apart from those of an activation', async () => {
    await start({})
    core.refuse(3, 'password not strong enough: use at least 8 characters', 'password_too_short')
    const ask = (path: string, cookie: string) =>
      proxy.post(path, { password: 'short' }, { Cookie: `${cookie}=dgt_a` })
    const reset = () => ask('/password-reset/reset', 'defguard_proxy_password_reset')
    expect(await statusesOf(61, reset)).toEqual([...times(60, 400), 429])
    expect((await ask('/enrollment/activate_user', 'defguard_proxy')).status).toBe(400)
  })
})

describe('what makes core send mail', () => {
  const ROUTES: [string, object][] = [
    ['/password-reset/request', { email: 'jo@example.com' }],
    ['/enrollment/request_link', { token: 'dge_x' }],
    ['/enrollment/note', { text: 'My name is misspelt.' }],
  ]

  it.each(ROUTES)('%s is 5 per minute and address, before core is asked', async (path, body) => {
    await start({ trusted: ['127.0.0.1'] })
    const ask = (address = '203.0.113.9') => proxy.post(path, body, from(address))
    expect(await statusesOf(7, () => ask())).toEqual([...times(5, 200), 429, 429])
    expect(core.calls).toHaveLength(5)
    expect((await ask()).headers['retry-after']).toBe('60')
    expect((await ask('203.0.113.10')).status).toBe(200)
    proxy.advance(60_000)
    expect((await ask()).status).toBe(200)
  })

  it.each(ROUTES)('%s too often is 429 before anybody looks at the body', async (path) => {
    await start({})
    const ask = () => proxy.ask(`/api/v1${path}`, { method: 'POST' })
    expect(await statusesOf(6, ask)).toEqual([...times(5, 415), 429])
  })
})

it('an office of 500 clients that poll every 30 s behind one address meets no limit', async () => {
  await start({ rateLimit: { perSecond: 20, burst: 200 } })
  const statuses: number[] = []
  // For 40 s ten of them ask at once every 600 ms.
  for (let i = 0; i < 66; i++) {
    proxy.advance(600)
    const polls = times(10, undefined).map(() => proxy.post('/poll', { token: 'dgp_x' }))
    for (const { status } of await Promise.all(polls)) statuses.push(status)
  }
  expect(statuses).toEqual(times(660, 200))
})
