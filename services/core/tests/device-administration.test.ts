import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { refusalOf } from './_clients.js'
import { newPublicKey, startTestCore, type TestCore } from './_core.js'
import { query } from './_database.js'

const PASSWORD = 'correct horse battery'
const UUID = '4b9d5a52-7d4e-4f0c-9d0a-2f6b3c1d0e11'

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
  await core.createLocation('Office', ['10.1.1.1/24', 'fc00::1/112'])
  await core.clients.groups.createGroup({ request_id: '', name: 'Plant', role: '' })
  await core.createLocation('Plant', ['10.2.2.1/24'], { allowed_groups: ['Plant'] })
})
afterAll(() => core.stop())

const refusal = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (err) => refusalOf(err),
  )

const UNKNOWN_TOKEN = {
  code: status.PERMISSION_DENIED,
  message: 'invalid token',
  reason: 'token_unknown',
}

async function add(username: string, name: string, more: { pubkey?: string; id?: string } = {}) {
  const { device } = await core.clients.devices.addDevice({
    request_id: more.id ?? '',
    username,
    name,
    pubkey: more.pubkey ?? newPublicKey(),
  })
  if (!device) throw new Error('no device came back')
  return device
}

async function update(id: number, change: { name?: string; pubkey?: string }, mask?: string[]) {
  const { device } = await core.clients.devices.updateDevice({
    id,
    name: change.name ?? '',
    pubkey: change.pubkey ?? '',
    update_mask: mask ?? Object.keys(change),
  })
  if (!device) throw new Error('no device came back')
  return device
}

const get = async (id: number) => (await core.clients.devices.getDevice({ id })).device
const remove = (id: number) => core.clients.devices.removeDevice({ id })
const poll = (token: string | undefined) =>
  core.clients.enrollment.getInstanceInfo({ polling_token: token ?? '' })
const peersOf = (location: string) => core.clients.serverConfig(location, true)
const list = async (filter: { pubkey?: string; network_device?: boolean; username?: string }) =>
  (
    await core.clients.devices.listDevices({
      page: undefined,
      username: '',
      location: '',
      ...filter,
    })
  ).devices

/** An active person with a laptop that has polled. */
async function withLaptop(username: string, more: { groups?: string[] } = {}) {
  const session = await core.startedEnrollment(username, more)
  const made = await core.addDevice(session, 'Laptop')
  await core.activate(session, PASSWORD)
  await poll(made.token)
  return { session, ...made }
}

it('adds a device to an active person: addresses everywhere, a peer at once, and a mail that names no client', async () => {
  await core.createUser('added', { password: PASSWORD, groups: ['Plant'] })
  const device = await add('ADDED', ' Büro-PC ')
  expect(device).toMatchObject({ name: 'Büro-PC', user: 'added', configured: true })
  expect(device.locations.map(({ location }) => location)).toEqual(['Office', 'Plant'])
  expect(await get(device.id)).toEqual(device)
  expect(await peersOf('Plant')).toContain(device.pubkey)
  const { text } = await core.mail('added@example.com', 'Büro-PC')
  expect(text).toContain(device.pubkey)
  expect(text).toContain('adam@example.com')
  expect(text).not.toMatch(/127\.0\.0\.1|grpc-node/)
})

it('answers the same request id, and the same person’s same key, with the same device', async () => {
  await core.createUser('again', { password: PASSWORD })
  await core.createUser('other', { password: PASSWORD })
  const first = await add('again', 'One', { id: UUID })
  expect(await add('again', 'One', { id: UUID })).toEqual(first)
  expect(await add('again', 'Two', { pubkey: first.pubkey })).toEqual(first)
  expect(await refusal(add('other', 'One', { pubkey: first.pubkey }))).toMatchObject({
    reason: 'pubkey_taken',
  })
  expect(await list({ username: 'other' })).toEqual([])
})

it('makes one device of many simultaneous repetitions', async () => {
  await core.createUser('impatient', { password: PASSWORD })
  const pubkey = newPublicKey()
  const id = 'c2a1d5e0-54f3-4b6e-8f0d-6a7b8c9d0e1f'
  const made = await Promise.all(
    Array.from({ length: 12 }, (_, i) => add('impatient', `PC ${i}`, { pubkey, id })),
  )
  expect(new Set(made.map((device) => device.id)).size).toBe(1)
  expect(await list({ username: 'impatient' })).toHaveLength(1)
})

it('refuses a device for whoever is pending, disabled or unknown, and says every problem of a request', async () => {
  await core.createUser('pending')
  expect(await refusal(add('pending', 'PC'))).toMatchObject({
    code: status.FAILED_PRECONDITION,
    reason: 'user_not_activated',
  })
  expect(await refusal(add('nobody', 'PC'))).toMatchObject({ code: status.NOT_FOUND })
  const { code, message } = refusalOf(
    await add('pending', ' ', { pubkey: 'AAAA', id: 'x' }).catch((err) => err),
  )
  expect(code).toBe(status.INVALID_ARGUMENT)
  for (const field of ['name', 'pubkey', 'request_id']) expect(message).toContain(`${field}: `)
})

it('renames a device, and nothing else about it', async () => {
  const { device, token } = await withLaptop('renamed')
  const before = await get(device.id)
  const after = await update(device.id, { name: ' LAPTOP 2 ' })
  expect(after).toEqual({ ...before, name: 'LAPTOP 2' })
  expect((await poll(token)).device_config?.device?.name).toBe('LAPTOP 2')
  await add('renamed', 'Phone')
  expect(await refusal(update(device.id, { name: 'phone' }))).toMatchObject({
    code: status.INVALID_ARGUMENT,
    reason: 'device_name_taken',
  })
  expect(await get(device.id)).toEqual(after)
})

it('puts another key on a device: the old peer is gone, the new one has its addresses, and polls of the old end', async () => {
  const { device, configs, token, session } = await withLaptop('rekeyed')
  const before = await get(device.id)
  const key = newPublicKey()
  expect(await update(device.id, { pubkey: key })).toEqual({ ...before, pubkey: key })
  const peers = await peersOf('Office')
  expect(peers).toContain(key)
  expect(peers).not.toContain(device.pubkey)
  expect(await refusal(poll(token))).toEqual(UNKNOWN_TOKEN)
  const info = (pubkey: string) =>
    core.clients.enrollment.getNetworkInfo({ session_secret: session, pubkey })
  expect(await refusal(info(device.pubkey))).toMatchObject({ reason: 'device_not_found' })
  const { device_config } = await info(key)
  expect(device_config?.configs).toEqual(configs)
  await poll(device_config?.token)
})

it('changes nothing with the key that is there already', async () => {
  const { device, token } = await withLaptop('samekey')
  await update(device.id, { pubkey: device.pubkey, name: device.name })
  expect((await poll(token)).device_config?.device).toEqual(device)
})

it('refuses a key in use and leaves the device as it was, its name too', async () => {
  const { device, token } = await withLaptop('unlucky')
  const other = await add('unlucky', 'Other')
  const { location } = await core.clients.locations.getLocation({ name: 'Plant' })
  for (const pubkey of [other.pubkey, location?.pubkey ?? ''])
    expect(await refusal(update(device.id, { name: 'New', pubkey }))).toMatchObject({
      reason: 'pubkey_taken',
    })
  expect(await refusal(update(device.id, { pubkey: 'AAAA' }))).toMatchObject({
    code: status.INVALID_ARGUMENT,
    message: expect.stringContaining('pubkey: '),
  })
  expect((await poll(token)).device_config?.device).toEqual(device)
})

it('changes only what the mask names, and refuses a mask without or with unknown fields', async () => {
  const { device } = await withLaptop('masked')
  const changed = await update(device.id, { name: 'Named', pubkey: newPublicKey() }, ['name'])
  expect(changed).toMatchObject({ name: 'Named', pubkey: device.pubkey })
  for (const mask of [[], ['user'], ['name', 'toString']])
    expect(await refusal(update(device.id, { name: 'X' }, mask))).toMatchObject({
      code: status.INVALID_ARGUMENT,
      message: expect.stringContaining(`update_mask: `),
    })
  expect(await refusal(update(device.id, { name: 'X' }, ['user']))).toMatchObject({
    message: 'update_mask: there is no field "user"',
  })
})

it('removes a device: no peer, no poll, and its addresses go to the next one', async () => {
  const { device, configs, token } = await withLaptop('removed', { groups: ['Plant'] })
  await remove(device.id)
  expect(await refusal(poll(token))).toEqual(UNKNOWN_TOKEN)
  expect(await peersOf('Plant')).not.toContain(device.pubkey)
  expect(await refusal(core.clients.devices.getDevice({ id: device.id }))).toMatchObject({
    code: status.NOT_FOUND,
  })
  expect(await refusal(remove(device.id))).toMatchObject({ code: status.NOT_FOUND })
  const next = await add('removed', 'Next')
  expect(next.id).toBeGreaterThan(device.id)
  expect(next.locations.map((at) => at.addresses.join(','))).toEqual(
    configs.map((config) => config.assigned_ip),
  )
})

it('marks a location as changed with the peers it has, and not for a name', async () => {
  const revision = async () => {
    const rows = await query<{ revision: string }>(
      core.databaseUrl,
      `select revision from location where name = 'Office'`,
    )
    return Number(rows[0]?.revision)
  }
  const { device } = await withLaptop('watched-by-gateways')
  const before = await revision()
  await update(device.id, { name: 'Renamed' })
  expect(await revision()).toBe(before)
  await update(device.id, { pubkey: newPublicKey() })
  const rekeyed = await revision()
  expect(rekeyed).toBeGreaterThan(before)
  await remove(device.id)
  expect(await revision()).toBeGreaterThan(rekeyed)
})

it('lets a person whose device was removed add it again in the same session', async () => {
  const { session, device, token } = await withLaptop('returning')
  await remove(device.id)
  const again = await core.addDevice(session, 'Laptop', device.pubkey)
  expect(again.device.id).not.toBe(device.id)
  expect(await refusal(poll(token))).toEqual(UNKNOWN_TOKEN)
  await poll(again.token)
})

it('changes and removes a network device, whose waiting token then gives nobody a key', async () => {
  const prepare = async (name: string) => {
    const { device, invitation } = await core.clients.devices.createNetworkDevice({
      request_id: '',
      name,
      location: 'Office',
      addresses: [],
      owner: '',
      pubkey: undefined,
      expires_in_seconds: 0,
    })
    return { id: device?.id ?? 0, token: invitation?.token ?? '' }
  }
  const printer = await prepare('printer')
  const session = (await core.start(printer.token)).session_secret
  const key = newPublicKey()
  const keyed = await update(printer.id, { pubkey: key, name: 'printer 2' })
  expect(keyed).toMatchObject({ configured: true, pubkey: key, name: 'printer 2' })
  expect(await refusal(core.addDevice(session, ''))).toMatchObject({ reason: 'session_over' })
  expect(await peersOf('Office')).toContain(key)
  const scanner = await prepare('scanner')
  expect(await refusal(update(scanner.id, { name: 'Printer 2' }))).toMatchObject({
    code: status.ALREADY_EXISTS,
  })
  await remove(scanner.id)
  expect(await refusal(core.start(scanner.token))).toMatchObject({ message: 'invalid token' })
  await remove(printer.id)
  expect(await peersOf('Office')).not.toContain(key)
})

it('finds a device by its key, and tells network devices from people’s', async () => {
  await core.createUser('sought', { password: PASSWORD })
  const device = await add('sought', 'Sought')
  expect(await list({ pubkey: device.pubkey })).toEqual([device])
  expect(await list({ pubkey: newPublicKey() })).toEqual([])
  expect(await list({ pubkey: device.pubkey, network_device: true })).toEqual([])
  expect(await list({ pubkey: device.pubkey, network_device: false })).toEqual([device])
})

async function loggedIn(username: string) {
  const { session_secret } = await core.clients.auth.login({ login: username, password: PASSWORD })
  return { authorization: `Bearer ${session_secret}` }
}

/** Every call that acts on a device, as one of the callers. */
function actions(as: Record<string, string>, device: { id: number; user: string }) {
  const { devices } = core.clients
  const change = { id: device.id, name: 'Changed', pubkey: '', update_mask: ['name'] }
  const request = { request_id: '', username: device.user, name: 'X', pubkey: newPublicKey() }
  return [
    () => devices.addDevice(request, as),
    () => devices.updateDevice(change, as),
    () => devices.removeDevice({ id: device.id }, as),
  ]
}

const NOT_ALLOWED = { code: status.PERMISSION_DENIED, reason: 'not_allowed' }

it('lets auditors see devices, and do nothing to them', async () => {
  await core.clients.groups.createGroup({ request_id: '', name: 'Audit', role: 'auditor' })
  await core.createUser('auditor', { password: PASSWORD, groups: ['Audit'] })
  const { device } = await withLaptop('watched')
  const as = await loggedIn('auditor')
  expect((await core.clients.devices.getDevice({ id: device.id }, as)).device?.user).toBe('watched')
  for (const act of actions(as, { id: device.id, user: 'watched' }))
    expect(await refusal(act())).toMatchObject(NOT_ALLOWED)
})

it('lets user admins act on the devices of people without a role, on no others', async () => {
  await core.clients.groups.createGroup({ request_id: '', name: 'Desk', role: 'user_admin' })
  await core.createUser('desk', { password: PASSWORD, groups: ['Desk'] })
  await core.createUser('boss', { password: PASSWORD, groups: ['admin'] })
  await core.createUser('plain', { password: PASSWORD })
  const as = await loggedIn('desk')
  const printer = await core.clients.devices.createNetworkDevice({
    request_id: '',
    name: 'guarded',
    location: 'Office',
    addresses: [],
    owner: 'plain',
    pubkey: newPublicKey(),
    expires_in_seconds: 0,
  })
  for (const act of actions(as, await add('boss', 'Phone')))
    expect(await refusal(act())).toMatchObject(NOT_ALLOWED)
  const [, ...onPrinter] = actions(as, { id: printer.device?.id ?? 0, user: 'plain' })
  for (const act of onPrinter) expect(await refusal(act())).toMatchObject(NOT_ALLOWED)
  for (const act of actions(as, await add('plain', 'Phone'))) await act()
})
