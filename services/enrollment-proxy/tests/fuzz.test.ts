import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { newPublicKey, startTestCore, type TestCore } from '../../core/tests/_core.js'
import { type DocumentJudge, readDocument } from './_api-document.js'
import { fuzzRoute, sendBursts } from './_bursts.js'
import { expectNothingInternal, isApi } from './_fit-answer.js'
import { oddTarget } from './_fuzz.js'
import { startTestProxy, type TestProxy } from './_proxy.js'

/** Bursts of about 20 requests per route; raise it to search longer. */
const BURSTS = Number(process.env.FUZZ_BURSTS ?? 25)
const SESSIONS = 4

let core: TestCore
let proxy: TestProxy
let judge: DocumentJudge

beforeAll(async () => {
  core = await startTestCore()
  proxy = await startTestProxy(core.core.port, { trusted: ['127.0.0.1'] })
  await core.createLocation('Office', ['10.1.0.1/24'])
  judge = await readDocument(proxy)
})
afterAll(async () => {
  await proxy.stop()
  await core.stop()
})

let people = 0
/** Live sessions of the kind that the route wants. */
function newSessions(path: string): Promise<string[]> {
  const cookies = Array.from({ length: SESSIONS }, async () => {
    const username = `person${people++}`
    return path.includes('/password-reset/')
      ? `defguard_proxy_password_reset=${await core.startedReset(username, 'correct horse battery')}`
      : `defguard_proxy=${await core.startedEnrollment(username)}`
  })
  return Promise.all(cookies)
}

const POSTS = [
  '/enrollment/start',
  '/enrollment/activate_user',
  '/enrollment/register-mfa/code/start',
  '/enrollment/register-mfa/code/finish',
  '/enrollment/create_device',
  '/enrollment/network_info',
  '/enrollment/register_mobile',
  '/enrollment/note',
  '/enrollment/request_link',
  '/poll',
  '/password-reset/request',
  '/password-reset/start',
  '/password-reset/reset',
].map((path) => `/api/v1${path}`)

it('leaves no route out', () => {
  const documented = judge.operations.filter(({ method }) => method === 'post')
  expect(documented.map(({ path }) => path).sort()).toEqual([...POSTS].sort())
})

it.each(POSTS)(
  'whatever is posted to %s is answered as documented, without a fault or a word of our insides',
  async (path) => {
    const cookies = await newSessions(path)
    const statuses = await fuzzRoute(proxy, judge, path, { bursts: BURSTS, cookies })
    // It was worth something if core was asked as well.
    const core = [200, 401, 403, 404].filter((status) => statuses.has(status))
    expect(core).not.toEqual([])
  },
  600_000,
)

it('any method at any path is answered with JSON under /api, elsewhere with the wizard or JSON', async () => {
  const paths = judge.operations.map(({ path }) => path)
  const targets = oddTarget([...paths, '/', '/index.html', '/assets/index-Ab12.js'])
  await sendBursts(proxy, targets, {
    bursts: BURSTS * 3,
    look({ method, path }, { status, headers }) {
      const type = String(headers['content-type'])
      if (isApi(path)) expect(type).toMatch(/^(application\/json|text\/plain);/)
      if (!type.startsWith('text/html')) return
      expect(['GET', 'HEAD']).toContain(method)
      expect(status).toBe(200)
    },
  })
}, 600_000)

describe('bytes that are hardly HTTP', () => {
  const HEAD = 'POST /api/v1/enrollment/start HTTP/1.1\r\nHost: x\r\nConnection: close\r\n'
  const whole = `${HEAD}Content-Type: application/json\r\nContent-Length: 13\r\n\r\n{"token":"x"}`

  it('are answered in JSON or not at all, and always soon', async () => {
    const byte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code))
    const spoilt = fc
      .tuple(fc.nat(whole.length - 1), fc.nat(8), fc.string({ unit: byte, maxLength: 8 }))
      .map(([at, length, piece]) => whole.slice(0, at) + piece + whole.slice(at + length))
    const bytes = fc.oneof(spoilt, fc.string({ unit: byte, maxLength: 100 }))
    const isFit = fc.asyncProperty(bytes, async (request) => {
      const startedAt = performance.now()
      const answer = await proxy.raw(request)
      expect(performance.now() - startedAt).toBeLessThan(10_000)
      expect(answer).not.toMatch(/^HTTP\/1.1 5/)
      const [, body = ''] = answer.split('\r\n\r\n')
      if (!/^HTTP\/1.1 [34]/.test(answer)) return
      expectNothingInternal(JSON.parse(body).error)
    })
    await fc.assert(isFit, { numRuns: BURSTS * 10 })
  }, 600_000)
})

it('still serves the person after all that', async () => {
  const session = `defguard_proxy=${await core.startedEnrollment('somebody')}`
  const body = { name: 'laptop', pubkey: newPublicKey() }
  expect((await proxy.post('/enrollment/create_device', body, { Cookie: session })).status).toBe(
    200,
  )
})
