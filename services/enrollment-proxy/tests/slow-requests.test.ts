import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import express from 'express'
import { ResponseHeaders } from '../src/http/headers.js'
import { HttpServer, WIRE_LIMITS } from '../src/http/server.js'
import { waitFor } from './_proxy.js'

const headers = new ResponseHeaders(
  { version: '1.6.6', isConnected: true },
  { version: '1.6.6+1', isHttps: false },
)
// Reads the body to its end, as the routes do, and is not told when that never comes.
const app = express()
  .post('/', async (req, res) => {
    for await (const _chunk of req);
    res.json({})
  })
  .get('/', (_req, res) => {
    res.send('ok')
  })
  // More than any buffer on the way holds.
  .get('/large', (_req, res) => {
    res.send('x'.repeat(50_000_000))
  })
const server = new HttpServer(app, headers, () => 'anybody', {
  ...WIRE_LIMITS,
  requestMs: 100,
  exchangeMs: 300,
  requestsPerConnection: 20,
})
let port = 0

beforeAll(async () => {
  port = await server.listen({ bindAddress: '127.0.0.1', port: 0 })
})
afterAll(() => server.stop())

async function textOf(socket: Socket): Promise<string> {
  let text = ''
  for await (const chunk of socket.setEncoding('latin1')) text += chunk
  return text
}

it.each([
  ['silence', ''],
  ['head', 'POST / HTTP/1.1\r\nHost: x\r\nContent-'],
  ['body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{'],
])('a %s that does not end in time is 408 in JSON, with all headers', async (_what, bytes) => {
  const socket = connect(port, '127.0.0.1')
  socket.write(bytes)
  const text = await textOf(socket)
  const [head = '', body = ''] = text.split('\r\n\r\n')
  expect(head).toMatch(/^HTTP\/1.1 408 /)
  expect(head.toLowerCase()).toContain('\r\ncontent-type: application/json; charset=utf-8')
  expect(head).toContain('\r\ndefguard-component-version: 1.6.6+1')
  expect(JSON.parse(body)).toEqual({ error: 'Request took too long', reason: 'invalid_request' })
})

it('a body that trickles in is cut off like one that stops', async () => {
  const socket = connect(port, '127.0.0.1')
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n')
  const drops = setInterval(() => socket.write('x'), 20)
  socket.on('error', () => {})
  expect(await textOf(socket)).toMatch(/^HTTP\/1.1 408 /)
  clearInterval(drops)
})

it('an answer that nobody reads does not keep its connection', async () => {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write('GET /large HTTP/1.1\r\nHost: x\r\n\r\n')
  await once(socket, 'readable')
  // Not read on: what has arrived fills the buffers.
  await waitFor(() => server.connectionCount === 0)
})

it('others are served while hundreds of clients take their time', async () => {
  const slow = Array.from({ length: 300 }, (_, i) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    if (i % 3 > 0) socket.write(i % 3 > 1 ? 'GET / HT' : 'POST / HTTP/1.1\r\nHost: x\r\nConte')
    return once(socket.resume(), 'close')
  })
  const answer = await fetch(`http://127.0.0.1:${port}/`)
  expect(await answer.text()).toBe('ok')
  await Promise.all(slow)
})

it('a connection ends after so many requests, and the last answer says so', async () => {
  const socket = connect(port, '127.0.0.1')
  const request = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'
  let text = ''
  let answers = 0
  socket.write(request)
  for await (const chunk of socket.setEncoding('latin1')) {
    text += chunk
    const whole = text.split('\r\n\r\nok').length - 1
    if (whole > answers) socket.write(request)
    answers = whole
  }
  expect(answers).toBe(20)
  expect(text.match(/Connection: close/g)).toHaveLength(1)
})
