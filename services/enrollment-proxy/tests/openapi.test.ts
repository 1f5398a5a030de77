import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { Validator } from '@seriousme/openapi-schema-validator'
import { type DocumentJudge, readDocument } from './_api-document.js'
import { FakeCore } from './_fake-core.js'
import { type Answer, type Ask, startTestProxy, type TestProxy, waitFor } from './_proxy.js'
import { BODIES } from './_samples.js'

const core = new FakeCore()
let proxy: TestProxy
/** Refuses the second request of an address. */
let strictProxy: TestProxy
let lonelyProxy: TestProxy
let judge: DocumentJudge

beforeAll(async () => {
  await core.start()
  proxy = await startTestProxy(core.port, { trusted: ['127.0.0.1'] })
  strictProxy = await startTestProxy(core.port, { rateLimit: { perSecond: 1, burst: 1 } })
  lonelyProxy = await startTestProxy(1)
  judge = await readDocument(proxy)
})
beforeEach(() => {
  core.answer = undefined
})
afterAll(async () => {
  await Promise.all([proxy.stop(), strictProxy.stop(), lonelyProxy.stop()])
  core.stop()
})

/** The table of API.md, section 2, without the routes of later stages. */
const ROUTES = [
  'post /api/v1/enrollment/start',
  'get /api/v1/enrollment/session',
  'post /api/v1/enrollment/activate_user',
  'post /api/v1/enrollment/register-mfa/code/start',
  'post /api/v1/enrollment/register-mfa/code/finish',
  'post /api/v1/enrollment/create_device',
  'post /api/v1/enrollment/network_info',
  'post /api/v1/enrollment/register_mobile',
  'post /api/v1/enrollment/note',
  'post /api/v1/enrollment/request_link',
  'post /api/v1/poll',
  'post /api/v1/password-reset/request',
  'post /api/v1/password-reset/start',
  'post /api/v1/password-reset/reset',
  'get /api/v1/instance',
  'get /api/v1/info',
  'get /api/v1/health',
  'get /api/v1/health-grpc',
  'get /api/v1/openapi.json',
]

const JSON_TYPE = { 'Content-Type': 'application/json' }

let hosts = 0
/** Each request from an address of its own, so that no quota comes between. */
function ask(
  method: string,
  path: string,
  { headers, body = method === 'post' ? JSON.stringify(BODIES[path]) : '' }: Ask = {},
  which = proxy,
): Promise<Answer> {
  hosts++
  const framing = {
    'X-Forwarded-For': `10.0.${hosts >> 8}.${hosts & 255}`,
    'Content-Length': String(Buffer.byteLength(body)),
  }
  return which.ask(path, {
    method: method.toUpperCase(),
    body,
    headers: { ...framing, ...(headers ?? JSON_TYPE) },
  })
}

function refusing(code: status, reason?: string) {
  return (method: string, path: string) => {
    core.refuse(code, 'a text', reason)
    return ask(method, path)
  }
}

async function limited(method: string, path: string): Promise<Answer> {
  const answers = await Promise.all([1, 2].map(() => ask(method, path, {}, strictProxy)))
  const answer = answers.find((candidate) => candidate.status === 429) ?? answers[0]
  if (!answer) throw new Error('no answer')
  return answer
}

/** How to make a route answer with each status. */
const EXCHANGES: Record<number, (method: string, path: string) => Promise<Answer>> = {
  200: ask,
  400: (method, path) => ask(method, path, { body: '{' }),
  401: refusing(status.UNAUTHENTICATED, 'token_unknown'),
  403: refusing(status.PERMISSION_DENIED, 'wrong_token_kind'),
  404: refusing(status.NOT_FOUND, 'device_not_found'),
  413: (method, path) => ask(method, path, { body: ' '.repeat(65 * 1024) }),
  415: (method, path) => ask(method, path, { headers: {} }),
  422: (method, path) => ask(method, path, { body: '{}' }),
  429: limited,
  500: refusing(status.INTERNAL),
  502: refusing(status.UNAUTHENTICATED),
  503: refusing(status.UNAVAILABLE),
  504: refusing(status.DEADLINE_EXCEEDED),
}

/** What happens to a route whose path does not lead to core is the same for every status of core's. */
const NEVER_ASK_CORE = ['/info', '/health', '/health-grpc', '/openapi.json']

it('names the routes of the contract, each once, and no others', () => {
  const documented = judge.operations.map(({ method, path }) => `${method} ${path}`)
  expect(documented.sort()).toEqual([...ROUTES].sort())
})

it('is valid OpenAPI 3.1', async () => {
  const { document } = judge
  expect(document.openapi).toBe('3.1.0')
  const result = await new Validator().validate({ ...document })
  expect(result).toEqual({ valid: true })
})

it('is served as JSON that nobody keeps, also while core is away', async () => {
  const answer = await lonelyProxy.get('/api/v1/openapi.json')
  expect(answer.status).toBe(200)
  expect(answer.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'defguard-core-connected': 'false',
  })
  expect(answer.json).toEqual(judge.document)
})

it('says which cookie names the session of which route', () => {
  const secured = judge.operations.map(({ method, path, operation }) => [
    `${method} ${path}`,
    operation.security.flatMap((scheme) => Object.keys(scheme)).join(),
  ])
  const cookies = Object.fromEntries(secured.filter(([, cookie]) => cookie !== ''))
  const ENROLLMENT = 'defguard_proxy'
  expect(cookies).toEqual({
    'get /api/v1/enrollment/session': ENROLLMENT,
    'post /api/v1/enrollment/activate_user': ENROLLMENT,
    'post /api/v1/enrollment/register-mfa/code/start': ENROLLMENT,
    'post /api/v1/enrollment/register-mfa/code/finish': ENROLLMENT,
    'post /api/v1/enrollment/create_device': ENROLLMENT,
    'post /api/v1/enrollment/network_info': ENROLLMENT,
    'post /api/v1/enrollment/register_mobile': ENROLLMENT,
    'post /api/v1/enrollment/note': ENROLLMENT,
    'post /api/v1/password-reset/reset': 'defguard_proxy_password_reset',
  })
  expect(Object.keys(judge.document.components.securitySchemes ?? {}).sort()).toEqual([
    ENROLLMENT,
    'defguard_proxy_password_reset',
  ])
})

describe.each(ROUTES.map((route) => route.split(' ') as [string, string]))(
  '%s %s',
  (method, path) => {
    it('answers what the document says, for every status that the document names', async () => {
      const statuses = judge.statusesOf(method, path)
      expect(statuses).toContain(200)
      for (const expected of statuses.filter((code) => code !== 503 || !path.includes('health'))) {
        core.answer = undefined
        const exchange = EXCHANGES[expected]
        if (!exchange) throw new Error(`no exchange for ${expected}`)
        const answer = await exchange(method, path)
        expect(answer.status).toBe(expected)
        judge.expectAsDocumented(method, path, answer)
      }
    })

    it('answers nothing that the document does not name', async () => {
      const isAsked = !NEVER_ASK_CORE.some((end) => path.endsWith(end))
      const documented = judge.statusesOf(method, path)
      const isSecured = judge.document.paths[path]?.[method]?.security.length !== 0
      const ofSession = isSecured ? [401, 403] : []
      for (const exchange of [400, ...ofSession, 413, 415, 422, 429, 500, 502, 503, 504]) {
        core.answer = undefined
        const answer = await EXCHANGES[exchange]?.(method, path)
        expect(documented).toContain(answer?.status)
        if (isAsked && exchange >= 500) expect(answer?.status).toBe(exchange)
      }
    })

    it('takes what the document calls optional as null, or not at all', async () => {
      const body = BODIES[path]
      if (!body) return
      const nulls = { ...body, phone_number: null, token: body.token ?? null, posture_data: null }
      const answer = await ask(method, path, { body: JSON.stringify(nulls) })
      expect(answer.status).toBe(200)
      judge.expectAsDocumented(method, path, answer)
    })
  },
)

it('documents that core is away, where a route says so itself', async () => {
  const answer = await waitFor(async () => {
    const seen = await lonelyProxy.get('/api/v1/health-grpc')
    return seen.status === 503 && seen
  })
  judge.expectAsDocumented('get', '/api/v1/health-grpc', answer)
})

it('would be contradicted by an answer with one field too many, too few, or of another type', async () => {
  const path = '/api/v1/poll'
  const good = await ask('post', path)
  judge.expectAsDocumented('post', path, good)
  const config = good.json?.device_config as { instance: Record<string, unknown> }
  const { name: _name, ...nameless } = config.instance
  for (const instance of [
    nameless,
    { ...config.instance, client_traffic_policy: '0' },
    { ...config.instance, secret: 1 },
  ]) {
    const json = { device_config: { ...config, instance } }
    expect(() => judge.expectAsDocumented('post', path, { ...good, json })).toThrow()
  }
})
