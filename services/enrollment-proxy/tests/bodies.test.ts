import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { FakeCore } from './_fake-core.js'
import { startTestProxy, type TestProxy } from './_proxy.js'

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

const JSON_TYPE = { 'Content-Type': 'application/json' }

function send(body: string | Buffer, headers: Record<string, string> = JSON_TYPE) {
  return proxy.ask('/api/v1/enrollment/start', { method: 'POST', headers, body })
}

it.each([
  ['application/json'],
  ['application/json; charset=utf-8'],
  ['Application/JSON;charset=UTF-8'],
])('takes the type %s', async (type) => {
  expect((await send('{"token":"x"}', { 'Content-Type': type })).status).toBe(200)
})

it.each([
  ['no type', {}],
  ['a form', { 'Content-Type': 'application/x-www-form-urlencoded' }],
  ['a type that only begins alike', { 'Content-Type': 'application/jsonp' }],
  ['an encoded body', { ...JSON_TYPE, 'Content-Encoding': 'gzip' }],
])('refuses %s with 415, however long and wrong the body is', async (_what, headers) => {
  const answer = await send('x'.repeat(70_000), headers as Record<string, string>)
  expect(answer).toMatchObject({
    status: 415,
    json: { error: 'Content-Type must be application/json', reason: 'invalid_request' },
  })
})

it.each([
  ['announced', {}],
  ['not announced', { 'Transfer-Encoding': 'chunked' }],
])('refuses more than 64 KiB, %s, with 413', async (_what, headers) => {
  const answer = await send('{'.repeat(64 * 1024 + 1), { ...JSON_TYPE, ...headers })
  expect(answer).toMatchObject({
    status: 413,
    json: { error: 'Request body is too large', reason: 'invalid_request' },
  })
})

it('takes a body of exactly 64 KiB', async () => {
  const body = `{"token":"${'x'.repeat(64 * 1024 - 12)}"}`
  expect(Buffer.byteLength(body)).toBe(64 * 1024)
  expect((await send(body)).status).toBe(200)
})

it.each([
  ['nothing', ''],
  ['half an object', '{"token":'],
  ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
  ['UTF-16', Buffer.from('{"token":"x"}', 'utf16le')],
  ['brackets without end', '['.repeat(60_000)],
  ['a number too many', '{"token":1}1'],
])('refuses %s with 400', async (_what, body) => {
  expect(await send(body)).toMatchObject({
    status: 400,
    json: { error: 'Request body is not valid JSON', reason: 'invalid_request' },
  })
})

it.each([
  ['[]', 'body: must be an object'],
  ['null', 'body: must be an object'],
  ['"dge_secret"', 'body: must be an object'],
  ['{}', 'token: must be a string'],
  ['{"token":4711}', 'token: must be a string'],
  ['{"token":null}', 'token: must be a string'],
  ['{"token":["dge_secret"]}', 'token: must be a string'],
  ['{"__proto__":{"token":"dge_secret"}}', 'token: must be a string'],
  [`{"token":${'['.repeat(30_000)}${']'.repeat(30_000)}}`, 'token: must be a string'],
])('refuses %.40s with 422 and does not repeat it', async (body, error) => {
  expect(await send(body)).toMatchObject({
    status: 422,
    json: { error, reason: 'invalid_request' },
  })
})

it('names the field that is wrong', async () => {
  const answer = await proxy.post('/enrollment/activate_user', { password: 'x', phone_number: 5 })
  expect(answer).toMatchObject({ status: 422, json: { error: 'phone_number: must be a string' } })
})

it.each([
  ['U+0000', '\u0000'],
  ['half a surrogate pair', '\ud800'],
  ['nothing', ''],
])('leaves a token of %s to core', async (_what, token) => {
  expect((await proxy.post('/enrollment/start', { token })).status).toBe(200)
})

it('ignores what it does not know', async () => {
  const answer = await send('{"token":"x","__proto__":{"a":1},"constructor":1,"more":[{}]}')
  expect(answer.status).toBe(200)
})
