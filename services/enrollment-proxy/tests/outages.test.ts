import { createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { FakeCore } from './_fake-core.js'
import { startTestProxy, type TestProxy, waitFor } from './_proxy.js'
import { PUBKEY } from './_samples.js'

let core: FakeCore
let proxy: TestProxy

beforeEach(async () => {
  core = new FakeCore()
  await core.start()
  proxy = await startTestProxy(core.port)
})
afterEach(async () => {
  core.stop()
  await proxy.stop()
})

const networkInfo = () => proxy.post('/enrollment/network_info', { pubkey: PUBKEY })
const health = () => proxy.get('/api/v1/health-grpc')

it('knows core from the first request on', async () => {
  const answer = await health()
  expect(answer).toMatchObject({ status: 200, text: 'alive' })
  expect(answer.headers['content-type']).toMatch(/^text\/plain/)
  expect(answer.headers['defguard-core-connected']).toBe('true')
})

it('says at once that core is gone, keeps its version, and stays alive itself', async () => {
  await networkInfo()
  core.stop()
  const answer = await waitFor(async () => {
    const seen = await health()
    return seen.status === 503 && seen
  })
  expect(answer.json).toEqual({ error: 'Not connected to Defguard Core' })
  expect(answer.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'defguard-core-connected': 'false',
    'defguard-core-version': '1.6.6+9.9.9',
  })
  expect(await proxy.get('/api/v1/health')).toMatchObject({ status: 200, text: 'alive' })
})

it('is not connected while core cannot serve because its database is away', async () => {
  core.setServing(false)
  const answer = await waitFor(async () => {
    const seen = await health()
    return seen.status === 503 && seen
  })
  expect(answer.headers['defguard-core-connected']).toBe('false')
  core.setServing(true)
  await waitFor(async () => (await health()).status === 200)
})

it('lets a call wait for a core that restarts', async () => {
  core.stop()
  await waitFor(async () => (await health()).status === 503)
  const waiting = networkInfo()
  await core.start()
  const startedAt = performance.now()
  const answer = await waiting
  expect(answer.status).toBe(200)
  expect(answer.headers['defguard-core-connected']).toBe('true')
  expect(performance.now() - startedAt).toBeLessThan(3_000)
})

it('finds a restarted core again within about a second, and learns its new version', async () => {
  core.stop()
  await waitFor(async () => (await health()).status === 503)
  core.version = '1.6.6+10.0.0'
  await core.start()
  const startedAt = performance.now()
  await waitFor(async () => (await health()).status === 200)
  expect(performance.now() - startedAt).toBeLessThan(3_000)
  await waitFor(async () => {
    const { headers } = await health()
    return headers['defguard-core-version'] === '1.6.6+10.0.0'
  })
})

it('answers a call that core does not take with 503, one that it sits on with 504, in 10 s', async () => {
  core.answer = () => 'hang'
  const silent = networkInfo()
  await waitFor(() => core.calls.length === 1)
  const nobody = await startTestProxy(1)
  // Takes connections and never says a word, as a host behind a broken firewall does.
  const sockets: Socket[] = []
  const blackHole = createServer((socket) => void sockets.push(socket))
  await new Promise<void>((resolve) => blackHole.listen(0, '127.0.0.1', resolve))
  const address = blackHole.address()
  const unheard = await startTestProxy(typeof address === 'object' ? (address?.port ?? 0) : 0)

  const startedAt = performance.now()
  const body = { token: 'x' }
  const [hanging, refused, ignored] = await Promise.all([
    silent,
    nobody.post('/enrollment/start', body),
    unheard.post('/enrollment/start', body),
  ])
  expect(performance.now() - startedAt).toBeLessThan(11_500)
  expect(hanging).toMatchObject({
    status: 504,
    json: { error: 'Core did not answer in time, try again', reason: 'core_timeout' },
  })
  for (const answer of [refused, ignored]) {
    expect(answer).toMatchObject({
      status: 503,
      json: {
        error: 'Core is not reachable, try again in a moment',
        reason: 'core_unreachable',
      },
      headers: { 'retry-after': '5', 'defguard-core-connected': 'false' },
    })
    expect(answer.headers['defguard-core-version']).toBe('1.6.6')
  }
  await Promise.all([nobody.stop(), unheard.stop()])
  for (const socket of sockets) socket.destroy()
  blackHole.close()
})

it('never repeats a call that core may have received', async () => {
  core.answer = () => 'hang'
  const lost = networkInfo()
  await waitFor(() => core.calls.length === 1)
  core.stop()
  expect([503, 504]).toContain((await lost).status)
  core.answer = undefined
  await core.start()
  await waitFor(async () => (await health()).status === 200)
  expect(core.calls).toHaveLength(1)
})

it('lets running calls finish when it stops, and takes no new ones', async () => {
  let release = () => {}
  const until = new Promise<void>((resolve) => {
    release = resolve
  })
  core.hold = until
  const headers = { Connection: 'keep-alive' }
  const running = proxy.post('/enrollment/network_info', { pubkey: PUBKEY }, headers)
  await waitFor(() => core.calls.length === 1)
  const stopped = proxy.stop()
  await expect(proxy.get('/api/v1/health')).rejects.toThrow('ECONNREFUSED')
  release()
  const answer = await running
  expect(answer.status).toBe(200)
  expect(answer.headers.connection).toBe('close')
  await stopped
  proxy = await startTestProxy(core.port)
})
