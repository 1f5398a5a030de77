import { afterAll, beforeAll, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { newPublicKey, startTestCore, type TestCore } from '../../core/tests/_core.js'
import { startTestProxy, type TestProxy } from './_proxy.js'

/** Enough to try every field with every kind of value; raise it to search longer. */
const RUNS = 150

let core: TestCore
let proxy: TestProxy
let cookie: string

beforeAll(async () => {
  core = await startTestCore()
  proxy = await startTestProxy(core.core.port)
  await core.createLocation('Office', ['10.1.0.1/24'])
  cookie = `defguard_proxy=${await core.startedEnrollment('jdoe')}`
})
afterAll(async () => {
  await proxy.stop()
  await core.stop()
})

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '\u0000',
    '\ud800',
    '\udfff\ud800',
    '',
    'a'.repeat(60_000),
    '😀'.repeat(200),
    "'; --",
  ),
)
const value = fc.oneof(text, fc.jsonValue(), fc.integer(), fc.double(), fc.constant(null))

/** A field that is right most of the time, so that what stands behind the first check is met too. */
const mostly = (right: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 3, arbitrary: right }, { weight: 1, arbitrary: value })

const objectOf = (fields: Record<string, fc.Arbitrary<unknown>>) =>
  fc
    .tuple(fc.record(fields, { requiredKeys: [] }), fc.dictionary(fc.string(), fc.jsonValue()))
    .map(([known, more]) => JSON.stringify({ ...more, ...known }))

const pubkey = mostly(
  fc.uint8Array({ minLength: 31, maxLength: 33 }).map((b) => Buffer.from(b).toString('base64')),
)

const BODIES = {
  start: objectOf({ token: mostly(fc.stringMatching(/^dg[edn]_[0-9A-Za-z]{38}$/)) }),
  activate_user: objectOf({ password: mostly(text), phone_number: value }),
  create_device: objectOf({ name: mostly(text), pubkey }),
  network_info: objectOf({ pubkey }),
}

const garbage = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.json().map((json) => Buffer.from(json)),
  fc.constantFrom('[', '{"a":', '{'.repeat(5_000)).map((json) => Buffer.from(json)),
)

/** What Node lets a client put into a header. */
const headerText = fc.stringMatching(/^[\t\x20-\x7e\x80-\xff]{0,60}$/)
const headers = fc.record(
  {
    Cookie: fc.oneof(
      { weight: 3, arbitrary: fc.constant('own') },
      { weight: 1, arbitrary: headerText },
    ),
    'Content-Type': fc.oneof(
      { weight: 5, arbitrary: fc.constant('application/json') },
      { weight: 1, arbitrary: headerText },
    ),
    'User-Agent': headerText,
    'Accept-Language': headerText,
    'X-Forwarded-For': headerText,
    'defguard-client-platform': headerText,
    client_version_header: headerText,
  },
  { requiredKeys: ['Content-Type'] },
)

it.each(Object.entries(BODIES))(
  'answers JSON and never a 5xx, whatever is posted to %s',
  async (path, body) => {
    const anything = fc.oneof(
      { weight: 4, arbitrary: body.map((json) => Buffer.from(json)) },
      { weight: 1, arbitrary: garbage },
    )
    await fc.assert(
      fc.asyncProperty(anything, headers, async (bytes, head) => {
        const own = head.Cookie === 'own' ? { Cookie: cookie } : {}
        const answer = await proxy.ask(`/api/v1/enrollment/${path}`, {
          method: 'POST',
          headers: { ...head, ...own } as Record<string, string>,
          body: bytes,
        })
        expect(answer.status).toBeLessThan(500)
        expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
        if (answer.status !== 200)
          expect(answer.json).toEqual({ error: expect.any(String), reason: expect.any(String) })
      }),
      { numRuns: RUNS },
    )
  },
  120_000,
)

it('still serves the person after all that', async () => {
  const session = `defguard_proxy=${await core.startedEnrollment('somebody')}`
  const body = { name: 'laptop', pubkey: newPublicKey() }
  expect((await proxy.post('/enrollment/create_device', body, { Cookie: session })).status).toBe(
    200,
  )
})
