import { once } from 'node:events'
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { Server, ServerCredentials, status } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { wireOptions } from '../src/grpc/wire-limits.js'
import { startTestCore, type TestCore, waitFor } from './_core.js'
import { outcomeOf } from './_limits.js'
import { startTlsCore } from './_tls-core.js'

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
})
afterAll(() => core.stop())

const isAlive = () => outcomeOf(core.clients.enrollment.getInstance({}))

const MIB = 1024 * 1024

it('takes no request over 2 MiB, and goes on', async () => {
  const importOf = (config: string) =>
    core.clients.locations.importLocation({
      request_id: '',
      name: 'Office',
      endpoint: 'vpn.example.com',
      config,
      allow_all_groups: true,
      allowed_groups: [],
      dry_run: true,
    })
  expect(await outcomeOf(importOf('#'.repeat(2 * MIB)))).toBe(`bare ${status.RESOURCE_EXHAUSTED}`)
  expect(await outcomeOf(importOf('#'.repeat(2 * MIB - 1_000)))).toBe('invalid_argument')
  expect(await isAlive()).toBe('ok')
})

async function session(port: number): Promise<ClientHttp2Session> {
  const opened = connectHttp2(`http://127.0.0.1:${port}`)
  opened.on('error', () => {})
  await once(opened, 'remoteSettings')
  return opened
}

it('takes a bounded number of calls over one connection', async () => {
  const opened = await session(core.core.port)
  expect(opened.remoteSettings.maxConcurrentStreams).toBe(1_024)
  opened.destroy()
})

it('survives headers of any size and number', async () => {
  const huge = { 'x-large': 'x'.repeat(70_000) }
  const many = Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`x-${i}`, 'x']))
  for (const headers of [huge, many]) {
    const opened = await session(core.core.port)
    const path = '/defguard.enrollment.v1.EnrollmentService/GetInstance'
    const stream = opened.request({ ':method': 'POST', ':path': path, ...headers })
    stream.on('error', () => {})
    await new Promise((resolve) => stream.once('close', resolve).resume().end())
    opened.destroy()
    expect(await isAlive()).toBe('ok')
  }
})

describe('a connection', () => {
  const idle = new Server(wireOptions(100))
  let port = 0
  beforeAll(async () => {
    port = await new Promise<number>((resolve, reject) => {
      idle.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (err, bound) =>
        err ? reject(err) : resolve(bound),
      )
    })
  })
  afterAll(() => idle.forceShutdown())

  it.each([
    ['says nothing', ''],
    ['greets and then says nothing', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0'],
  ])('that %s is closed after a while', async (_what, bytes) => {
    const socket = connect(port, '127.0.0.1')
    socket.write(bytes, 'latin1')
    socket.on('error', () => {})
    await new Promise((resolve) => socket.once('close', resolve).resume())
  })
})

it('keeps connections of one address to its share, and lets others in', async () => {
  const tls = await startTlsCore()
  const sockets: Socket[] = []
  const connected = async (localAddress: string) => {
    const socket = connect({ port: tls.core.core.port, host: '127.0.0.1', localAddress })
    sockets.push(socket)
    socket.on('error', () => {})
    await once(socket, 'connect')
    return socket
  }
  await Promise.all(Array.from({ length: 250 }, () => connected('127.0.0.9')))
  const beyond = await connected('127.0.0.9')
  await waitFor(() => (beyond.destroyed || beyond.resume().closed ? true : undefined))
  expect(sockets.filter(({ destroyed }) => destroyed)).toEqual([beyond])
  expect(await outcomeOf(tls.core.clients.groups.listGroups({ page: undefined }))).toBe('ok')
  for (const socket of sockets) socket.destroy()
  await tls.stop()
})
