import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { startTestProxy, type TestProxy } from './_proxy.js'

let proxy: TestProxy

beforeAll(async () => {
  proxy = await startTestProxy(1)
})
afterAll(() => proxy.stop())

const POST =
  'POST /api/v1/enrollment/start HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'

it.each([
  [400, 'garbage', 'garbage\r\n\r\n'],
  [400, 'a method nobody knows', 'BREW / HTTP/1.1\r\nHost: x\r\n\r\n'],
  [400, 'the beginning of TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc'],
  [400, 'HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  [400, 'no Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n'],
  [400, 'an address that is none', 'GET http://[/api HTTP/1.1\r\nHost: x\r\n\r\n'],
  [
    400,
    'two lengths of one body',
    `${POST}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc`,
  ],
  [400, 'a chunk without a length', `${POST}Transfer-Encoding: chunked\r\n\r\nzz\r\n`],
  [405, 'CONNECT', 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n'],
  [405, 'OPTIONS *', 'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
  [
    413,
    'a long body that asks first',
    `${POST}Expect: 100-continue\r\nContent-Length: 99999\r\n\r\n`,
  ],
  [431, 'a head over 16 KiB', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(17_000)}\r\n\r\n`],
])('answers %i JSON with all headers to %s', async (status, _what, bytes) => {
  const text = await proxy.raw(bytes)
  expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  const [head = '', body = ''] = text.split('\r\n\r\n')
  const headers = head.toLowerCase()
  expect(headers).toContain('\r\ncontent-type: application/json; charset=utf-8')
  expect(headers).toContain('\r\ndefguard-component-version: 1.6.6+')
  expect(headers).toContain('\r\ndefguard-core-version: 1.6.6')
  expect(headers).toContain('\r\ndefguard-core-connected: false')
  expect(headers).toContain('\r\nx-content-type-options: nosniff')
  expect(headers).toContain('\r\ncache-control: no-store')
  expect(headers).toContain('\r\ndate: ')
  expect(JSON.parse(body)).toMatchObject({ error: expect.any(String) })
})

it.each([['/api/v1/client-mfa/remote?token=x'], ['/api/v1/info'], ['/']])(
  'refuses to become a WebSocket at %s',
  async (path) => {
    const answer = await proxy.get(path, {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Version': '13',
    })
    expect(answer).toMatchObject({ status: 404, json: { error: 'Not found' } })
  },
)

it('stays with HTTP/1.1 for who would rather have HTTP/2', async () => {
  const answer = await proxy.get('/api/v1/health', {
    Connection: 'Upgrade, HTTP2-Settings',
    Upgrade: 'h2c',
    'HTTP2-Settings': 'AAMAAABkAAQAAP__',
  })
  expect(answer).toMatchObject({ status: 200, text: 'alive' })
})

it('asks for a body only when it wants it', async () => {
  const head = `${POST}Connection: close\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n{x}`
  const wanted = await proxy.raw(head)
  expect(wanted).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 400 /)
  const unwanted = await proxy.raw(head.replace('application/json', 'text/plain'))
  expect(unwanted).toMatch(/^HTTP\/1.1 415 /)
})

it('answers to clients of HTTP/1.0, and to expectations it does not know', async () => {
  expect(await proxy.raw('GET /api/v1/health HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1.1 200 .*alive$/s)
  const odd = 'GET /api/v1/health HTTP/1.1\r\nHost: x\r\nExpect: x\r\nConnection: close\r\n\r\n'
  expect(await proxy.raw(odd)).toMatch(/^HTTP\/1.1 200 .*alive$/s)
})
