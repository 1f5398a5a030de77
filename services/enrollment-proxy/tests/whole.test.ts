import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createCore } from '../../core/src/core.js'
import { MINUTE_MS, newPublicKey, startTestCore, type TestCore } from '../../core/tests/_core.js'
import { type Answer, startTestProxy, type TestProxy, waitFor } from './_proxy.js'

let core: TestCore
let proxy: TestProxy

beforeAll(async () => {
  core = await startTestCore()
  proxy = await startTestProxy(core.core.port)
  await core.createLocation('Office', ['10.1.0.1/24', 'fd00:1::1/64'])
})
afterAll(async () => {
  await proxy.stop()
  await core.stop()
})

const PASSWORD = 'correct horse battery'

async function invite(username: string, groups: string[] = []): Promise<string> {
  await core.createUser(username, { groups })
  return (await core.invite(username)).token
}

const start = (token: string, headers = {}) =>
  proxy.post('/enrollment/start', { token }, { 'User-Agent': 'Mozilla/5.0', ...headers })

const setCookieOf = ({ headers }: Answer): string => headers['set-cookie']?.[0] ?? ''
const idOf = ({ json }: Answer) => (json?.device as { id: number } | undefined)?.id
const pairOf = (answer: Answer): string => setCookieOf(answer).split(';')[0] ?? ''

const addDevice = (Cookie: string, name: string, pubkey = newPublicKey()) =>
  proxy.post('/enrollment/create_device', { name, pubkey }, { Cookie })

const activate = (Cookie: string, password = PASSWORD) =>
  proxy.post('/enrollment/activate_user', { password }, { Cookie })

const networkInfo = (Cookie: string, pubkey: string) =>
  proxy.post('/enrollment/network_info', { pubkey }, { Cookie })

describe('each client gets to its end', () => {
  it('the wizard: start, password, device, and a reload after each', async () => {
    const started = await start(await invite('wizard'))
    const Cookie = pairOf(started)
    const session = () => proxy.get('/api/v1/enrollment/session', { Cookie })
    expect((await session()).json).toEqual(started.json)
    expect(await activate(Cookie)).toMatchObject({ status: 200, text: '{}' })
    expect((await session()).json).toMatchObject({ user: { enrolled: true, device_names: [] } })
    expect((await addDevice(Cookie, ' My laptop ')).json).toMatchObject({
      device: { name: 'My laptop' },
    })
    const last = await session()
    expect(last.json).toMatchObject({ user: { device_names: ['My laptop'] } })
    expect(last.headers['set-cookie']).toBeUndefined()
  })

  it('desktop up to 1.4: device and password at once, and the pair again with a new key', async () => {
    const started = await start(await invite('desktop14'), { Cookie: 'undefined' })
    const Cookie = setCookieOf(started)
    const [first, refused] = await Promise.all([addDevice(Cookie, 'pc'), activate(Cookie, 'short')])
    expect(first.status).toBe(200)
    expect(refused).toMatchObject({ status: 400, json: { reason: 'password_too_short' } })
    const [second, accepted] = await Promise.all([addDevice(Cookie, 'pc'), activate(Cookie)])
    expect(second.status).toBe(200)
    expect(first.json?.device).toMatchObject({ name: 'pc' })
    expect(idOf(second)).toBe(idOf(first))
    expect(accepted.status).toBe(200)
  })

  it('desktop 1.5 and 1.6: the whole Set-Cookie line back, headers with underscores', async () => {
    const headers = { client_version_header: '1.6.0', client_platform_header: '%%%' }
    const started = await start(await invite('desktop16'), headers)
    const echo = { ...headers, Cookie: setCookieOf(started), Origin: 'tauri://localhost' }
    const device = { name: 'pc', pubkey: newPublicKey() }
    const created = await proxy.post('/enrollment/create_device', device, echo)
    expect(created.json?.token).toMatch(/^dgp_/)
    const body = { password: PASSWORD }
    expect((await proxy.post('/enrollment/activate_user', body, echo)).status).toBe(200)
    const again = await proxy.post('/enrollment/network_info', { pubkey: device.pubkey }, echo)
    expect(again).toMatchObject({ status: 200, json: { configs: created.json?.configs } })
    expect(again.json?.token).not.toBe(created.json?.token)
  })

  it('mobile: nulls for what it leaves out, on a start of its own after activation', async () => {
    const token = await invite('mobile')
    await activate(pairOf(await start(token)))
    const phone = await start(token)
    expect(phone.json).toMatchObject({
      user: { enrolled: true },
      admin: { name: 'Adam Min' },
    })
    const body = { name: 'Jo’s iPhone', pubkey: newPublicKey(), token: null }
    const created = await proxy.post('/enrollment/create_device', body, { Cookie: pairOf(phone) })
    expect(created).toMatchObject({ status: 200, json: { device: { name: 'Jo’s iPhone' } } })
    expect(created.json?.token).toEqual(expect.stringMatching(/^dgp_/))
  })
})

describe('sessions', () => {
  it('of two starts have one deadline and both work, and the token is neither of them', async () => {
    const token = await invite('twice')
    const [one, two] = await Promise.all([start(token), start(token)])
    expect(one.json?.deadline_timestamp).toBe(two.json?.deadline_timestamp)
    expect(pairOf(one)).not.toBe(pairOf(two))
    expect((await addDevice(pairOf(one), 'a')).status).toBe(200)
    expect((await addDevice(pairOf(two), 'b')).status).toBe(200)
    expect(await addDevice(`defguard_proxy=${token}`, 'c')).toMatchObject({ status: 401 })
  })

  it('are missing, unknown and over, each in its own words', async () => {
    const started = await start(await invite('late'))
    const Cookie = pairOf(started)
    expect(await addDevice('defguard_proxy=', 'x')).toMatchObject({
      status: 401,
      json: { error: 'Missing authorization header', reason: 'no_session' },
    })
    expect(await addDevice('defguard_proxy=dgs_nobody', 'x')).toMatchObject({
      status: 401,
      json: { error: 'invalid token', reason: 'token_unknown' },
    })
    const deadline = Number(started.json?.deadline_timestamp) * 1000
    expect(setCookieOf(started)).toContain(`Expires=${new Date(deadline).toUTCString()};`)
    core.advance(deadline - core.time.now.getTime() - 1)
    expect((await addDevice(Cookie, 'x')).status).toBe(200)
    core.advance(1)
    expect(await addDevice(Cookie, 'y')).toMatchObject({
      status: 401,
      json: { error: 'Session expired', reason: 'session_over' },
    })
  })

  it('survive a restart of core and of the proxy, and work at every proxy', async () => {
    const Cookie = pairOf(await start(await invite('restarted')))
    await core.restart()
    const other = await startTestProxy(core.core.port)
    const body = { name: 'x', pubkey: newPublicKey() }
    expect((await other.post('/enrollment/create_device', body, { Cookie })).status).toBe(200)
    await other.stop()
    await proxy.stop()
    proxy = await startTestProxy(core.core.port)
    expect((await networkInfo(Cookie, body.pubkey)).status).toBe(200)
  })
})

describe('refusals in the words that clients know', () => {
  it.each([['dge_nobody'], ['x'.repeat(10_000)], ['zażółć 😀'], [''], ['\u0000']])(
    'an unknown token is invalid: %.10s',
    async (token) => {
      expect(await start(token)).toMatchObject({
        status: 401,
        json: { error: 'invalid token', reason: 'token_unknown' },
      })
    },
  )

  it('a token that was never used is expired', async () => {
    const token = await invite('forgotten')
    core.advance(24 * 60 * MINUTE_MS)
    expect(await start(` ${token}\n`)).toMatchObject({
      status: 401,
      json: { error: 'token expired', reason: 'token_expired' },
    })
  })

  it('only a key that nobody has is 404', async () => {
    const mine = pairOf(await start(await invite('mine')))
    const theirs = pairOf(await start(await invite('theirs')))
    const pubkey = newPublicKey()
    await addDevice(theirs, 'x', pubkey)
    expect(await networkInfo(mine, newPublicKey())).toMatchObject({
      status: 404,
      json: { error: 'device not found', reason: 'device_not_found' },
    })
    expect(await networkInfo(mine, pubkey)).toMatchObject({
      status: 401,
      json: { error: 'enrollment token is not valid for specified device' },
    })
    expect(await networkInfo(mine, 'no key')).toMatchObject({ status: 400 })
    expect(await networkInfo('', newPublicKey())).toMatchObject({ status: 401 })
    expect(await addDevice(mine, 'y', pubkey)).toMatchObject({
      status: 400,
      json: { error: 'invalid key', reason: 'pubkey_taken' },
    })
  })

  it('a full location is 400 and named', async () => {
    await core.clients.groups.createGroup({ request_id: '', name: 'Few', role: '' })
    await core.createLocation('Tiny', ['10.9.0.1/30'], { allowed_groups: ['Few'] })
    const [first, second] = [await invite('first', ['Few']), await invite('second', ['Few'])]
    expect((await addDevice(pairOf(await start(first)), 'x')).status).toBe(200)
    expect(await addDevice(pairOf(await start(second)), 'x')).toMatchObject({
      status: 400,
      json: { error: 'no free address in location Tiny', reason: 'location_full' },
    })
  })
})

it('limits what one address asks within a moment, by default', async () => {
  const strict = await startTestProxy(core.core.port, { rateLimit: { perSecond: 20, burst: 200 } })
  const statuses = await Promise.all(
    Array.from({ length: 400 }, async () => (await strict.get('/api/v1/info')).status),
  )
  expect(statuses.filter((status) => status === 200)).toHaveLength(200)
  expect(statuses.filter((status) => status === 429)).toHaveLength(200)
  await strict.stop()
})

it('serves again by itself once core is back', async () => {
  const { port } = core.core
  const Cookie = pairOf(await start(await invite('patient')))
  const healthGrpc = () => proxy.get('/api/v1/health-grpc')
  await core.core.stop()
  await waitFor(async () => (await healthGrpc()).status === 503)
  const grpc = { ...core.config.grpc, port }
  const reborn = createCore({ ...core.config, grpc }, core.seams)
  await reborn.start()
  await waitFor(async () => (await healthGrpc()).status === 200)
  expect((await activate(Cookie)).status).toBe(200)
  await reborn.stop()
})
