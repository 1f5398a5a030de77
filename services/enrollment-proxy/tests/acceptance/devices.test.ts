import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { newPublicKey } from '../../../core/tests/_core.js'
import { PASSWORD, type Pair, pairOf, startPair } from '../_pair.js'
import type { Answer } from '../_proxy.js'

let pair: Pair

beforeAll(async () => {
  pair = await startPair()
  await pair.core.createLocation('Office', ['10.1.0.1/22', 'fd00:1::1/64'])
  for (const name of ['Few', 'Crowd'])
    await pair.core.clients.groups.createGroup({ request_id: '', name, role: '' })
  await pair.core.createLocation('Tiny', ['10.9.0.1/30'], { allowed_groups: ['Few'] })
  await pair.core.createLocation('Narrow', ['10.8.0.1/28'], { allowed_groups: ['Crowd'] })
})
afterAll(() => pair.stop())

const add = (cookie: string, name: string, pubkey = newPublicKey()) =>
  pair.call(cookie, 'create_device', { name, pubkey })
const networkInfo = (cookie: string, pubkey: string) =>
  pair.call(cookie, 'network_info', { pubkey })
const activate = (cookie: string) => pair.call(cookie, 'activate_user', { password: PASSWORD })
const poll = (token: unknown) => pair.proxy.post('/poll', { token })

const mfaStart = (cookie: string) =>
  pair.call(cookie, 'register-mfa/code/start', { method: 'Totp' })

const refused = (status: number, error: string) => ({ status, json: { error } })
const TAKEN = refused(400, 'device name already in use')

/** Two sessions of one token. */
async function twoSessions(username: string): Promise<[string, string]> {
  const token = await pair.invite(username)
  return [pairOf(await pair.start(token)), pairOf(await pair.start(token))]
}

/** What may not differ between two answers about one device. */
const unchanging = ({ json }: Answer) => ({ ...json, token: undefined })

it('11.11 a device may come first: session, MFA set-up and activation go on', async () => {
  const cookie = await pair.session('first')
  expect((await add(cookie, 'pc')).status).toBe(200)
  const session = await pair.proxy.get('/api/v1/enrollment/session', { Cookie: cookie })
  expect(session).toMatchObject({ status: 200, json: { user: { device_names: ['pc'] } } })
  expect((await mfaStart(cookie)).status).toBe(200)
  expect(await activate(cookie)).toMatchObject({ status: 200, text: '{}' })
})

it('11.12 one key is one device, also at once and from elsewhere, and one mail', async () => {
  const [one, two] = await twoSessions('samekey')
  const key = newPublicKey()
  const calls = Array.from({ length: 12 }, (_, i) => add(i % 2 ? one : two, `Name ${i}`, key))
  const answers = await Promise.all(calls)
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
  expect(new Set(answers.map((answer) => JSON.stringify(unchanging(answer)))).size).toBe(1)
  expect(new Set(answers.map(({ json }) => json?.token)).size).toBe(12)
  const { devices } = await pair.core.clients.devices.listDevices({
    page: undefined,
    username: 'samekey',
    location: '',
  })
  expect(devices).toHaveLength(1)
  // Mails go out in order: when the later one has arrived, no second one about the key is on its way.
  await pair.core.mail('samekey@example.com', key)
  await activate(one)
  await pair.core.mail('adam@example.com', 'samekey')
  const about = pair.core.transport.sent.filter(({ text }) => text.includes(key))
  expect(about).toHaveLength(1)
})

it('11.13 a retry with a fresh key re-keys the device only of who makes it, until it is in use', async () => {
  const [mine, parallel] = await twoSessions('rekey')
  const first = await add(mine, 'Laptop')
  const key = newPublicKey()
  const second = await add(mine, 'LAPTOP', key)
  expect(second.status).toBe(200)
  expect(second.json?.device).toEqual({ ...(first.json?.device as object), pubkey: key })
  expect(second.json?.configs).toEqual(first.json?.configs)
  expect(await add(parallel, 'laptop')).toMatchObject(TAKEN)
  expect((await poll(second.json?.token)).status).toBe(200)
  expect(await add(mine, 'Laptop')).toMatchObject(TAKEN)
  await add(mine, 'Phone')
  await activate(mine)
  expect(await add(mine, 'pHONE')).toMatchObject(TAKEN)
})

it('11.14 foreign keys are refused alike, and what is no key as such', async () => {
  const mine = await pair.session('keys')
  const foreign = newPublicKey()
  await add(await pair.session('otherkeys'), 'pc', foreign)
  const { location } = await pair.core.clients.locations.getLocation({ name: 'Office' })
  for (const key of [foreign, location?.pubkey]) {
    expect(await add(mine, 'pc', key)).toMatchObject(refused(400, 'invalid key'))
  }
  const good = newPublicKey()
  const zero = Buffer.alloc(32).toString('base64')
  const short = Buffer.alloc(31, 1).toString('base64')
  // The last character but one carries two bits that no byte needs.
  const loose = `${good.slice(0, 42)}${good[42] === 'B' ? 'C' : 'B'}=`
  for (const key of ['', short, zero, good.slice(0, -1), `${good} `, loose]) {
    expect(await add(mine, 'pc', key)).toMatchObject(refused(400, 'invalid pubkey'))
  }
})

it('11.15 a name may be almost anything of 100 code points, and comes back trimmed', async () => {
  const cookie = await pair.session('names')
  for (const name of ['Jo’s MacBook Pro', "Jo's 💻 at home", '🌍'.repeat(100)]) {
    expect(await add(cookie, ` ${name}\t`)).toMatchObject({
      status: 200,
      json: { device: { name } },
    })
  }
  for (const name of ['🌍'.repeat(101), 'a\u0000b', 'a\nb', 'a\u0085b']) {
    expect(await add(cookie, name)).toMatchObject(refused(400, 'invalid device name'))
  }
  expect(await add(cookie, ' ')).toMatchObject(refused(400, 'device name is required'))
})

it('11.16 a network-device token puts a key on its one device, and another on the next run', async () => {
  const cookie = pairOf(await pair.start(await pair.prepareDevice('Printer', 'Office')))
  const put = (pubkey: string) =>
    pair.call(cookie, 'create_device', { name: '', pubkey, token: null })
  const [key, other] = [newPublicKey(), newPublicKey()]
  const first = await put(key)
  expect(first).toMatchObject({
    status: 200,
    json: { device: { name: 'Printer', pubkey: key }, configs: [{ network_name: 'Office' }] },
  })
  expect(first.json?.configs).toHaveLength(1)
  const second = await put(other)
  expect(second).toMatchObject({ status: 200, json: { device: { pubkey: other } } })
  expect(second.json?.configs).toEqual(first.json?.configs)
})

it('11.17 a full location is named and leaves nothing behind, and no address is given twice', async () => {
  const [first, second] = [await pair.session('few1', ['Few']), await pair.session('few2', ['Few'])]
  expect((await add(first, 'pc')).status).toBe(200)
  const count = () =>
    pair.query(
      `select (select count(*) from device) as devices, (select count(*) from polling_token) as tokens,
       (select count(*) from device_location) as addresses`,
    )
  const before = await count()
  const full = refused(400, 'no free address in location Tiny')
  expect(await add(second, 'pc')).toMatchObject(full)
  expect(await count()).toEqual(before)

  const names = Array.from({ length: 8 }, (_, i) => `crowd${i}`)
  const cookies = await Promise.all(names.map((name) => pair.session(name, ['Crowd'])))
  const calls = cookies.flatMap((cookie) => [add(cookie, 'a'), add(cookie, 'b')])
  const answers = await Promise.all(calls)
  const given = answers.flatMap(({ json }) =>
    ((json?.configs ?? []) as { network_name: string; assigned_ip: string }[])
      .filter(({ network_name }) => network_name === 'Narrow')
      .map(({ assigned_ip }) => assigned_ip),
  )
  // 14 hosts, of which the gateway is one.
  expect(given).toHaveLength(13)
  expect(new Set(given).size).toBe(13)
})

it('11.18 a token makes five devices, and their repeats stay free', async () => {
  const cookie = await pair.session('many')
  const keys = Array.from({ length: 5 }, newPublicKey)
  for (const [i, key] of keys.entries()) expect((await add(cookie, `${i}`, key)).status).toBe(200)
  expect(await add(cookie, 'sixth')).toMatchObject(refused(400, 'device limit reached'))
  for (const key of keys) expect((await add(cookie, 'again', key)).status).toBe(200)
})

it('11.19 a person without locations gets a device without configurations', async () => {
  const everywhere = 'update location set allow_all_groups = $1 where name = $2'
  await pair.query(everywhere, [false, 'Office'])
  const answer = await add(await pair.session('nowhere'), 'pc')
  await pair.query(everywhere, [true, 'Office'])
  expect(answer).toMatchObject({ status: 200, json: { device: { name: 'pc' }, configs: [] } })
})

it('11.20 who is disabled in the middle can do nothing, and everything once enabled again', async () => {
  const cookie = await pair.session('blinking')
  const key = newPublicKey()
  const made = await add(cookie, 'pc', key)
  await pair.disable('blinking')
  expect(await add(cookie, 'pc2')).toMatchObject(refused(400, "can't add device to disabled user"))
  expect(await activate(cookie)).toMatchObject(refused(400, 'user is disabled'))
  expect(await networkInfo(cookie, key)).toMatchObject(refused(403, 'user is disabled'))
  expect(await poll(made.json?.token)).toMatchObject(refused(403, 'user inactive'))
  await pair.enable('blinking')
  expect((await add(cookie, 'pc2')).status).toBe(200)
  expect((await poll(made.json?.token)).status).toBe(200)
  expect((await networkInfo(cookie, key)).status).toBe(200)
  expect((await activate(cookie)).status).toBe(200)
})

it('11.21 network_info renews the token of an own device; only a key that nobody has is 404', async () => {
  const mine = await pair.session('mine')
  const theirs = await pair.session('theirs')
  const key = newPublicKey()
  const made = await add(mine, 'pc', key)
  const renewed = await networkInfo(mine, key)
  expect(renewed.status).toBe(200)
  expect(unchanging(renewed)).toEqual(unchanging(made))
  expect(renewed.json?.token).not.toBe(made.json?.token)
  expect((await poll(made.json?.token)).status).toBe(200)
  expect((await poll(renewed.json?.token)).status).toBe(200)
  expect(await poll(made.json?.token)).toMatchObject(refused(403, 'invalid token'))

  expect(await networkInfo(mine, newPublicKey())).toMatchObject(refused(404, 'device not found'))
  const foreign = 'enrollment token is not valid for specified device'
  expect(await networkInfo(theirs, key)).toMatchObject(refused(401, foreign))
  expect(await networkInfo(mine, 'no key')).toMatchObject(refused(400, 'invalid pubkey'))
  for (const cookie of ['', 'defguard_proxy=dgs_nobody', mine.slice(0, -1)]) {
    expect((await networkInfo(cookie, newPublicKey())).status).toBe(401)
  }
})
