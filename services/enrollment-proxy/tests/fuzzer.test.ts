import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { type DocumentJudge, readDocument } from './_api-document.js'
import { fuzzRoute } from './_bursts.js'
import { type Failure, FakeCore } from './_fake-core.js'
import { expectNothingInternal } from './_fit-answer.js'
import { startTestProxy, type TestProxy } from './_proxy.js'
import { deviceConfig } from './_samples.js'

/*
 * Who watches the fuzzer? Here core has a fault, hidden behind an odd value, and the fuzzer must find
 * it within as many requests as it sends in every run of the tests.
 */

const core = new FakeCore()
let proxy: TestProxy
let judge: DocumentJudge

beforeAll(async () => {
  await core.start()
  proxy = await startTestProxy(core.port, { trusted: ['127.0.0.1'] })
  judge = await readDocument(proxy)
})
afterEach(() => {
  core.answer = undefined
})
afterAll(async () => {
  await proxy.stop()
  core.stop()
})

const BURSTS = 40
const fuzz = (path: string) =>
  fuzzRoute(proxy, judge, `/api/v1${path}`, { bursts: BURSTS, patienceMs: 3_000, seed: 7 })

const refusal = (details: string): Failure => ({
  code: 3,
  details,
  trailers: { 'error-reason': 'invalid_device_name' },
})

it('is content where there is no fault', async () => {
  expect([...(await fuzz('/enrollment/create_device'))].sort()).toEqual([200, 400, 413, 415, 422])
}, 60_000)

describe('finds a planted fault', () => {
  const hasNul = ({ name }: Record<string, unknown>) => String(name).includes('\u0000')
  const isShort = ({ pubkey }: Record<string, unknown>) =>
    Buffer.from(String(pubkey), 'base64').length === 31

  it.each<[string, (request: Record<string, unknown>) => unknown]>([
    ['an internal error', (request) => hasNul(request) && { code: 13 }],
    ['a bare refusal', (request) => isShort(request) && { code: 3, details: 'no reason' }],
    [
      'the words of PostgreSQL',
      (request) => hasNul(request) && refusal('invalid byte sequence for encoding "UTF8": 0x00'),
    ],
    [
      'a value that comes back',
      ({ name }) => String(name).trim().length > 30 && refusal(`invalid name ${name}`),
    ],
    ['a silent core', (request) => isShort(request) && 'hang'],
    [
      'a field that the document does not name as it is',
      (request) => hasNul(request) && { device_config: { ...deviceConfig, token: '' } },
    ],
  ])(
    '%s',
    async (_what, fault) => {
      core.answer = (_rpc, request) => fault(request) || undefined
      await expect(fuzz('/enrollment/create_device')).rejects.toThrow('Property failed')
    },
    60_000,
  )
})

describe('knows internal text', () => {
  it.each([
    ['TypeError: x is not a function'],
    ["Cannot read properties of undefined (reading 'id')"],
    ['at Enrollment.start (/srv/core/dist/app/enrollment.js:31:7)'],
    ['ENOENT: no such file, open /etc/defguard/key.pem'],
    ['relation "device" does not exist'],
    ['duplicate key value violates unique constraint "device_user_id_name_key"'],
    ['insert into "device" ("name") values ($1)'],
    ['14 UNAVAILABLE: No connection established'],
    ['connect ECONNREFUSED 10.9.8.7'],
    ['no route to 2001:db8::7'],
    ['core.internal does not answer'],
    ['bad token dge_tCL7q3jjBItB2mLT2aAC514GiOwkGQs02E4Q2N'],
    ['bad key 7yYOmqPGc68kDReiZgSANhqOCB0f/soqXtDjIZ/BhWc='],
  ])('%s', (text) => {
    expect(() => expectNothingInternal(text)).toThrow()
  })

  it.each([
    ['Internal server error'],
    ['Core is not reachable, try again in a moment'],
    ['password not strong enough: it is your name, your e-mail address or the name of the company'],
    ["Device with given public key doesn't exist"],
    ["can't add device to disabled user"],
    ['enrollment token is not valid for specified device'],
    ['auth_pub_key: must be a string'],
    ['Too many requests, try again in 60 s'],
    ['no free address in location Office'],
  ])('and not: %s', (text) => {
    expect(() => expectNothingInternal(text)).not.toThrow()
  })
})
