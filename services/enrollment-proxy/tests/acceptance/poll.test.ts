import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { createCore } from '../../../core/src/core.js'
import { newSecret } from '../../../core/src/domain/secret.js'
import { HOUR_MS, newPublicKey } from '../../../core/tests/_core.js'
import { type Pair, startPair } from '../_pair.js'
import { type Answer, startTestProxy, type TestProxy, waitFor } from '../_proxy.js'
import { assertReadable } from '../clients/_everyone.js'

const DAY_MS = 24 * HOUR_MS

let pair: Pair
/** Another core and another proxy on the same database. */
let other: TestProxy
let otherCore: ReturnType<typeof createCore>

beforeAll(async () => {
  // The months of 11.30 must not log the admin out.
  pair = await startPair({}, { adminSessionTimeoutMs: 1000 * DAY_MS })
  await pair.core.createLocation('Office', ['10.1.0.1/24', 'fd00:1::1/64'])
  await pair.core.createLocation('Lab', ['10.2.0.1/24'])
  otherCore = createCore(pair.core.config, pair.core.seams)
  await otherCore.start()
  other = await startTestProxy(otherCore.port)
})
afterAll(async () => {
  await other.stop()
  await otherCore.stop()
  await pair.stop()
})

const poll = (token: unknown, proxy = pair.proxy) => proxy.post('/poll', { token })
const UNKNOWN = { status: 403, json: { error: 'invalid token' } }

/** The answer of create_device for a fresh person. */
async function device(username: string): Promise<Answer> {
  const body = { name: 'pc', pubkey: newPublicKey() }
  return pair.call(await pair.session(username), 'create_device', body)
}

/** What poll must answer, byte for byte: the same device without the token. */
function pollOf({ text, json }: Answer): string {
  return `{"device_config":${text.replace(`"token":"${json?.token}"`, '"token":null')}}`
}

it('11.28 poll needs no header and repeats create_device byte for byte, at every replica', async () => {
  const made = await device('first')
  const first = await poll(made.json?.token)
  expect(first.status).toBe(200)
  assertReadable(first, 'poll')
  expect(first.text).toBe(pollOf(made))
  expect((await poll(made.json?.token)).text).toBe(first.text)
  expect((await poll(made.json?.token, other)).text).toBe(first.text)
})

it('11.29 a change of a location shows in the next poll, and only what was changed', async () => {
  const made = await device('changed')
  const before = (await poll(made.json?.token)).text
  await pair.query(`update location set endpoint = 'new.example.com' where name = 'Lab'`)
  const after = await poll(made.json?.token)
  assertReadable(after, 'poll')
  expect(after.text).not.toBe(before)
  // Lab is the second of the two, and its endpoint is named in its config too.
  const [head, lab] = [before.slice(0, before.indexOf('Lab')), before.slice(before.indexOf('Lab'))]
  expect(after.text).toBe(head + lab.replaceAll('vpn.example.com', 'new.example.com'))
  expect((await poll(made.json?.token, other)).text).toBe(after.text)
})

it('11.30 a token ends when it is replaced or unused for 90 days, and each use counts anew', async () => {
  for (const token of [
    '',
    'dgp_nobody',
    newSecret('polling').secret,
    newSecret('enrollment').secret,
  ]) {
    expect(await poll(token)).toMatchObject(UNKNOWN)
  }
  const [used, unused] = [await device('used'), await device('unused')]
  expect((await poll(used.json?.token)).status).toBe(200)
  pair.core.advance(89 * DAY_MS)
  expect((await poll(used.json?.token)).status).toBe(200)
  pair.core.advance(2 * DAY_MS)
  expect(await poll(unused.json?.token)).toMatchObject(UNKNOWN)
  pair.core.advance(87 * DAY_MS)
  expect((await poll(used.json?.token)).status).toBe(200)
  pair.core.advance(91 * DAY_MS)
  expect(await poll(used.json?.token)).toMatchObject(UNKNOWN)
})

it('2.7 a device that is removed or gets another key polls no more, at any replica, and is 404 to network_info', async () => {
  const { devices } = pair.core.clients
  const cookie = await pair.session('gone')
  const make = (name: string) =>
    pair.call(cookie, 'create_device', { name, pubkey: newPublicKey() })
  const [removed, rekeyed] = [await make('removed'), await make('rekeyed')]
  const deviceOf = ({ json }: Answer) => (json?.device ?? {}) as { id: number; pubkey: string }
  for (const { json } of [removed, rekeyed]) expect((await poll(json?.token)).status).toBe(200)
  await devices.removeDevice({ id: deviceOf(removed).id })
  const { id } = deviceOf(rekeyed)
  const mask = { update_mask: ['pubkey'] }
  await devices.updateDevice({ id, name: '', pubkey: newPublicKey(), ...mask })
  for (const made of [removed, rekeyed]) {
    expect(await poll(made.json?.token)).toMatchObject(UNKNOWN)
    expect(await poll(made.json?.token, other)).toMatchObject(UNKNOWN)
    const info = await pair.call(cookie, 'network_info', { pubkey: deviceOf(made).pubkey })
    expect(info).toMatchObject({ status: 404, json: { error: 'device not found' } })
  }
  expect((await make('again')).status).toBe(200)
})

it('11.31 polls are equal byte for byte over hours and restarts, as long as nobody changes anything', async () => {
  const { json } = await device('steady')
  const first = await poll(json?.token)
  pair.core.advance(5 * HOUR_MS)
  await pair.restart()
  expect((await poll(json?.token)).text).toBe(first.text)
  expect((await poll(json?.token, other)).text).toBe(first.text)
})

it('11.32 while core is away poll says so within 5 s, and it works again by itself afterwards', async () => {
  const { json } = await device('away')
  const { config, seams, core } = pair.core
  const { port } = core
  await core.stop()
  await waitFor(async () => (await pair.proxy.get('/api/v1/health-grpc')).status === 503)
  const startedAt = performance.now()
  const answer = await poll(json?.token)
  expect(performance.now() - startedAt).toBeLessThan(5_000)
  expect([503, 504]).toContain(answer.status)
  assertReadable(answer, 'error')
  expect(answer.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'defguard-core-connected': 'false',
    'defguard-core-version': expect.stringMatching(/^1\.6\.6\+/),
    'defguard-component-version': expect.stringMatching(/^1\.6\.6\+/),
  })

  const reborn = createCore({ ...config, grpc: { ...config.grpc, port } }, seams)
  await reborn.start()
  try {
    await waitFor(async () => (await pair.proxy.get('/api/v1/health-grpc')).status === 200)
    expect((await poll(json?.token)).status).toBe(200)
  } finally {
    await reborn.stop()
  }
})
