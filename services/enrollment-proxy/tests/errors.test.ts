import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { FakeCore } from './_fake-core.js'
import { startTestProxy, type TestProxy } from './_proxy.js'
import { deviceConfig, enrollment, PUBKEY } from './_samples.js'

const core = new FakeCore()
let proxy: TestProxy

beforeAll(async () => {
  await core.start()
  proxy = await startTestProxy(core.port)
})
beforeEach(() => {
  core.answer = undefined
})
afterAll(async () => {
  await proxy.stop()
  core.stop()
})

const networkInfo = () => proxy.post('/enrollment/network_info', { pubkey: PUBKEY })

const UNEXPECTED = { error: 'Unexpected answer from core', reason: 'internal' }
const UNREACHABLE = {
  error: 'Core is not reachable, try again in a moment',
  reason: 'core_unreachable',
}
const TIMED_OUT = { error: 'Core did not answer in time, try again', reason: 'core_timeout' }
const INTERNAL = { error: 'Internal server error', reason: 'internal' }

describe('what core refuses', () => {
  it.each([
    [status.INVALID_ARGUMENT, 400],
    [status.ALREADY_EXISTS, 400],
    [status.RESOURCE_EXHAUSTED, 400],
    [status.OUT_OF_RANGE, 400],
    [status.UNAUTHENTICATED, 401],
    [status.PERMISSION_DENIED, 403],
    [status.NOT_FOUND, 404],
    [status.FAILED_PRECONDITION, 428],
  ])('with a reason, gRPC %i is HTTP %i and shows its text; bare it is 502', async (code, http) => {
    core.refuse(code, 'device name already in use', 'device_name_taken')
    const answer = await networkInfo()
    expect(answer.status).toBe(http)
    expect(answer.json).toEqual({
      error: 'device name already in use',
      reason: 'device_name_taken',
    })
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
    core.refuse(code, 'no route to 10.9.8.7')
    expect(await networkInfo()).toMatchObject({ status: 502, json: UNEXPECTED })
  })

  it('is no reason when the trailer holds anything but a word', async () => {
    core.refuse(status.UNAUTHENTICATED, 'invalid token', 'a reason: with "text"')
    expect(await networkInfo()).toMatchObject({ status: 502, json: UNEXPECTED })
  })

  it.each([
    [status.UNAVAILABLE, 503, UNREACHABLE],
    [status.ABORTED, 503, UNREACHABLE],
    [status.DEADLINE_EXCEEDED, 504, TIMED_OUT],
    [status.CANCELLED, 504, TIMED_OUT],
    [status.UNIMPLEMENTED, 502, UNEXPECTED],
    [status.UNKNOWN, 500, INTERNAL],
    [status.INTERNAL, 500, INTERNAL],
    [status.DATA_LOSS, 500, INTERNAL],
  ])('gRPC %i is HTTP %i in our own words, with a reason or without', async (code, http, body) => {
    for (const reason of [undefined, 'busy']) {
      core.refuse(code, 'relation "user" at 10.9.8.7', reason)
      const answer = await networkInfo()
      expect(answer.status).toBe(http)
      expect(answer.json).toEqual(body)
      expect(answer.headers['retry-after']).toBe(http === 503 ? '5' : undefined)
    }
  })

  it.each([
    ['17', '17'],
    [undefined, '10'],
    ['soon', '10'],
    ['0', '1'],
  ])('as rate_limited for %s s is 429 with Retry-After %s', async (seconds, retryAfter) => {
    const trailers = {
      'error-reason': 'rate_limited',
      ...(seconds ? { 'retry-after': seconds } : {}),
    }
    core.answer = () => ({
      code: status.RESOURCE_EXHAUSTED,
      details: 'too many requests',
      trailers,
    })
    const answer = await networkInfo()
    expect(answer.status).toBe(429)
    expect(answer.headers['retry-after']).toBe(retryAfter)
    expect(answer.json).toEqual({
      error: `Too many requests, try again in ${retryAfter} s`,
      reason: 'rate_limited',
    })
  })
})

describe('an answer of core that is not what it should be', () => {
  it.each([
    ['no enrollment', '/enrollment/start', { token: 'x' }, { session_secret: 'dgs_x' }],
    [
      'a session secret that is no cookie value',
      '/enrollment/start',
      { token: 'x' },
      { session_secret: 'a; Domain=evil', enrollment },
    ],
    [
      'a person without the flag that clients branch on',
      '/enrollment/start',
      { token: 'x' },
      { session_secret: 'dgs_x', enrollment: { ...enrollment, user: undefined } },
    ],
    ['no device', '/enrollment/create_device', { name: 'a', pubkey: PUBKEY }, {}],
    [
      'a configuration without an instance',
      '/enrollment/network_info',
      { pubkey: PUBKEY },
      { device_config: { ...deviceConfig, instance: undefined } },
    ],
  ])('(%s) is 502 and sets no cookie', async (_what, path, body, reply) => {
    core.answer = () => reply
    const answer = await proxy.post(path, body)
    expect(answer).toMatchObject({ status: 502, json: UNEXPECTED })
    expect(answer.headers['set-cookie']).toBeUndefined()
  })

  it('may hold more than the contract names, which does not leave the proxy', async () => {
    core.answer = () => ({ device_config: deviceConfig })
    const { json } = await networkInfo()
    const expected = JSON.parse(
      JSON.stringify({
        ...deviceConfig,
        configs: deviceConfig.configs.map((config) => ({ ...config, dns: null })),
        instance: { ...deviceConfig.instance, openid_display_name: null },
      }),
    )
    expect(json).toEqual(expected)
  })
})

describe('paths and methods', () => {
  it.each([
    ['GET', '/api'],
    ['GET', '/api/'],
    ['GET', '/api/v1'],
    ['POST', '/api/v1/nothing'],
    ['DELETE', '/api/v2/enrollment/start'],
    ['OPTIONS', '/api/v1/client-mfa/start'],
    ['POST', '/api/v1/openid/auth_info'],
    ['POST', '/api/v1/posture/connect'],
    ['POST', '/api/v1/enrollment/start/'],
    ['POST', '/api/v1/Enrollment/Start'],
    ['GET', '/api/%zz'],
  ])('%s %s is 404 JSON', async (method, path) => {
    expect(await proxy.ask(path, { method })).toMatchObject({
      status: 404,
      json: { error: 'Not found' },
    })
  })

  it.each([
    ['GET', '/api/v1/enrollment/start', 'POST'],
    ['PUT', '/api/v1/enrollment/activate_user', 'POST'],
    ['OPTIONS', '/api/v1/enrollment/create_device', 'POST'],
    ['POST', '/api/v1/enrollment/session', 'GET, HEAD'],
    ['POST', '/api/v1/instance', 'GET, HEAD'],
    ['OPTIONS', '/api/v1/health', 'GET, HEAD'],
    ['POST', '/anything/else', 'GET, HEAD'],
    ['TRACE', '/', 'GET, HEAD'],
  ])('%s %s is 405 JSON and allows %s', async (method, path, allow) => {
    const answer = await proxy.ask(path, { method })
    expect(answer).toMatchObject({ status: 405, json: { error: 'Method not allowed' } })
    expect(answer.headers.allow).toBe(allow)
  })

  it('answers HEAD like GET without the body', async () => {
    const answer = await proxy.ask('/api/v1/info', { method: 'HEAD' })
    expect(answer).toMatchObject({ status: 200, text: '' })
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
  })

  it('tells its version and the instance to anybody', async () => {
    expect((await proxy.get('/api/v1/info')).json).toEqual({ version: '1.6.6+0.1.0' })
    expect((await proxy.get('/api/v1/instance')).json).toEqual({
      name: 'Example Corp',
      accent_color: '#0b5fff',
      password_reset_enabled: true,
      contact: { name: 'IT desk', email: 'it@example.com', phone_number: '' },
    })
  })
})
