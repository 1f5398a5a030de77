import { connect } from 'node:net'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import express from 'express'
import { ResponseHeaders } from '../src/http/headers.js'
import { HttpServer } from '../src/http/server.js'

const headers = new ResponseHeaders(
  { version: '1.6.6', isConnected: true },
  { version: '1.6.6+1', isHttps: false },
)
// Reads the body to its end, as the routes do, and is not told when that never comes.
const app = express().post('/', async (req, res) => {
  for await (const _chunk of req);
  res.json({})
})
const server = new HttpServer(app, headers, 100)
let port = 0

beforeAll(async () => {
  port = await server.listen({ bindAddress: '127.0.0.1', port: 0 })
})
afterAll(() => server.stop())

it.each([
  ['head', 'POST / HTTP/1.1\r\nHost: x\r\nContent-'],
  ['body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{'],
])('a %s that does not end in time is 408 in JSON, with all headers', async (_what, bytes) => {
  const socket = connect(port, '127.0.0.1')
  socket.write(bytes)
  let text = ''
  for await (const chunk of socket.setEncoding('latin1')) text += chunk
  const [head = '', body = ''] = text.split('\r\n\r\n')
  expect(head).toMatch(/^HTTP\/1.1 408 /)
  expect(head.toLowerCase()).toContain('\r\ncontent-type: application/json; charset=utf-8')
  expect(head).toContain('\r\ndefguard-component-version: 1.6.6+1')
  expect(JSON.parse(body)).toEqual({ error: 'Request took too long', reason: 'invalid_request' })
})
