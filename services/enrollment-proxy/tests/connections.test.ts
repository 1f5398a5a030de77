import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals'
import { FakeCore } from './_fake-core.js'
import { type Changes, startTestProxy, type TestProxy, waitFor } from './_proxy.js'
import { PUBKEY } from './_samples.js'

const core = new FakeCore()
let proxy: TestProxy
const sockets: Socket[] = []

beforeAll(() => core.start())
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await proxy.stop()
})
afterAll(() => core.stop())

async function start(changes: Changes): Promise<void> {
  proxy = await startTestProxy(core.port, changes)
}

/** A client at one of this machine's many addresses that connects and says nothing. */
async function connected(localAddress = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port: proxy.port, host: '127.0.0.1', localAddress })
  socket.on('error', () => {})
  sockets.push(socket)
  await once(socket, 'connect')
  return socket
}

/** Whether the proxy answers a client that is connected already. */
function isServed(socket: Socket): Promise<boolean> {
  socket.write('GET /api/v1/health HTTP/1.1\r\nHost: x\r\n\r\n')
  return new Promise((resolve) => {
    socket.once('data', (answer) => resolve(String(answer).startsWith('HTTP/1.1 200 ')))
    socket.once('close', () => resolve(false))
  })
}

it('closes what one address opens beyond its share, and serves others', async () => {
  await start({ connections: { max: 100, perAddress: 3 } })
  const open = [await connected(), await connected(), await connected()]
  expect(await isServed(await connected())).toBe(false)
  for (const socket of open) expect(await isServed(socket)).toBe(true)
  expect(await isServed(await connected('127.0.0.2'))).toBe(true)
  open[0]?.destroy()
  await waitFor(async () => isServed(await connected()))
})

it('gives a trusted proxy, which holds the connections of many, any number', async () => {
  await start({ connections: { max: 100, perAddress: 3 }, trusted: ['127.0.0.0/31'] })
  for (let i = 0; i < 10; i++) expect(await isServed(await connected())).toBe(true)
  for (let i = 0; i < 3; i++) expect(await isServed(await connected('127.0.0.2'))).toBe(true)
  expect(await isServed(await connected('127.0.0.2'))).toBe(false)
})

it('has a limit for all together, near which quiet connections make room', async () => {
  await start({ connections: { max: 20, perAddress: 0 } })
  const quiet = await Promise.all(Array.from({ length: 18 }, () => connected()))
  for (const socket of quiet) expect(await isServed(socket)).toBe(true)
  const closed = Promise.all(
    quiet.map((socket) => new Promise((resolve) => socket.once('close', resolve))),
  )
  expect(await isServed(await connected())).toBe(true)
  await closed
  // Who has not yet asked for anything is no quiet client, but one that is about to.
  const busy = await Promise.all(Array.from({ length: 20 }, () => connected()))
  expect(await isServed(await connected())).toBe(false)
  for (const socket of busy) expect(await isServed(socket)).toBe(true)
})

it('hangs up on who sends request upon request without waiting for an answer', async () => {
  await start({})
  let release = () => {}
  core.hold = new Promise<void>((resolve) => {
    release = resolve
  })
  const body = JSON.stringify({ pubkey: PUBKEY })
  const request = `POST /api/v1/enrollment/network_info HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  const patient = await connected()
  patient.write(request.repeat(16))
  const flooding = await connected()
  const closed = new Promise((resolve) => flooding.once('close', resolve))
  flooding.write(request.repeat(5_000))
  await closed
  release()
  core.hold = undefined
  let answers = ''
  for await (const chunk of patient.setEncoding('latin1')) {
    answers += chunk
    if (answers.split('HTTP/1.1 200').length > 16) break
  }
  expect(core.calls.length).toBeLessThanOrEqual(32)
})

it('refuses a head of more than a hundred fields, wherever they hide a forwarded address', async () => {
  await start({})
  const head = (count: number) =>
    `GET /api/v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${'A: b\r\n'.repeat(count)}\r\n`
  expect(await proxy.raw(head(98))).toMatch(/^HTTP\/1.1 200 /)
  expect(await proxy.raw(head(99))).toMatch(/^HTTP\/1.1 431 .*"Request head is too large"/s)
  expect(await proxy.raw(head(2_500))).toMatch(/^HTTP\/1.1 431 /)
})

it('lets only so many calls wait for core, and refuses the others at once', async () => {
  await start({ coreCallsMax: 8 })
  const ask = () => proxy.post('/enrollment/network_info', { pubkey: PUBKEY })
  await ask()
  core.received.length = 0
  let release = () => {}
  core.hold = new Promise<void>((resolve) => {
    release = resolve
  })
  const waiting = Array.from({ length: 8 }, ask)
  await waitFor(() => core.calls.length === 8)
  const refused = await Promise.all(Array.from({ length: 20 }, ask))
  for (const answer of refused)
    expect(answer).toMatchObject({
      status: 503,
      headers: { 'retry-after': '5' },
      json: { reason: 'core_unreachable' },
    })
  expect(await proxy.get('/api/v1/health-grpc')).toMatchObject({ status: 200 })
  release()
  core.hold = undefined
  for (const answer of await Promise.all(waiting)) expect(answer.status).toBe(200)
  expect(core.calls).toHaveLength(8)
  expect((await ask()).status).toBe(200)
})
