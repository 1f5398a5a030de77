import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { FakeCore } from './_fake-core.js'
import { startTestProxy, type TestProxy, waitFor } from './_proxy.js'
import { deviceConfig } from './_samples.js'

const core = new FakeCore()
const proxies: TestProxy[] = []
let proxy: TestProxy

async function startProxy(corePort: number): Promise<TestProxy> {
  const started = await startTestProxy(corePort)
  proxies.push(started)
  return started
}

beforeAll(async () => {
  await core.start()
  proxy = await startProxy(core.port)
})
beforeEach(() => {
  core.answer = undefined
  core.received.length = 0
})
afterAll(async () => {
  await Promise.all(proxies.map((started) => started.stop()))
  core.stop()
})

const TOKEN = 'dgp_TAovyIiz1zyKxwaYaQZNhwONgQ7viA66080dxV'
const poll = (headers = {}) => proxy.post('/poll', { token: TOKEN }, headers)

/** Longer than that no client waits. */
const PATIENCE_MS = 5_000

it('answers without any cookie or header, and leaves the client the token it has', async () => {
  const answer = await poll()
  expect(answer.status).toBe(200)
  expect(answer.headers['set-cookie']).toBeUndefined()
  expect(answer.json).toEqual({
    device_config: {
      ...deviceConfig,
      configs: deviceConfig.configs.map((config) => ({ ...config, dns: null })),
      instance: { ...deviceConfig.instance, openid_display_name: null },
      token: null,
    },
  })
  expect(core.calls).toMatchObject([{ rpc: 'getInstanceInfo', request: { polling_token: TOKEN } }])
})

it('answers byte for byte alike, whoever asks and whichever proxy', async () => {
  const other = await startProxy(core.port)
  const texts = [
    await poll(),
    await poll({ 'User-Agent': 'x', 'defguard-client-version': '2.0.0', Cookie: 'a=b' }),
    await other.post('/poll', { token: TOKEN }),
  ].map(({ text }) => text)
  expect(new Set(texts).size).toBe(1)
})

it('has no ETag and is never 304', async () => {
  const { headers } = await poll()
  expect(headers.etag).toBeUndefined()
  expect((await poll({ 'If-None-Match': '*' })).status).toBe(200)
})

it.each([
  ['invalid token', 'token_unknown'],
  ['user inactive', 'user_disabled'],
])('repeats core’s refusal "%s" with 403', async (text, reason) => {
  core.refuse(7, text, reason)
  expect(await poll()).toMatchObject({ status: 403, json: { error: text, reason } })
})

it('is 504 while core sits on it, 503 while core is away, before a client gives up', async () => {
  core.answer = () => 'hang'
  const nobody = await startProxy(1)
  const startedAt = performance.now()
  const [silent, refused] = await Promise.all([poll(), nobody.post('/poll', { token: TOKEN })])
  expect(performance.now() - startedAt).toBeLessThan(PATIENCE_MS)
  expect(silent).toMatchObject({
    status: 504,
    json: { error: 'Core did not answer in time, try again' },
    headers: { 'defguard-core-connected': 'true' },
  })
  expect(refused).toMatchObject({
    status: 503,
    json: { error: 'Core is not reachable, try again in a moment' },
    headers: {
      'retry-after': '5',
      'defguard-component-version': expect.stringMatching(/^1\.6\.6\+/),
      'defguard-core-version': '1.6.6',
      'defguard-core-connected': 'false',
    },
  })
})

it('carries the version headers that clients look for also once core has stopped', async () => {
  const stopped = new FakeCore()
  await stopped.start()
  const lonely = await startProxy(stopped.port)
  await waitFor(async () => (await lonely.post('/poll', { token: TOKEN })).status === 200)
  stopped.stop()
  await waitFor(async () => (await lonely.get('/api/v1/health-grpc')).status === 503)
  const startedAt = performance.now()
  const answer = await lonely.post('/poll', { token: TOKEN })
  expect(performance.now() - startedAt).toBeLessThan(PATIENCE_MS)
  expect(answer).toMatchObject({
    status: 503,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'defguard-core-version': '1.6.6+9.9.9',
      'defguard-core-connected': 'false',
    },
  })
})
