import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { refusalOf } from './_clients.js'
import { newPublicKey, startTestCore, type TestCore } from './_core.js'
import { whileHolding } from './_database.js'

const PASSWORD = 'correct horse battery'

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
  await core.createLocation('Office', ['10.1.1.1/24', 'fc00::1/112'])
  await core.createLocation('Plant', ['10.2.2.1/24'])
  await core.createLocation('Cellar', ['10.3.3.1/29'], { allowed_groups: ['admin'] })
})
afterAll(() => core.stop())

async function create(
  name: string,
  more: {
    location?: string
    addresses?: string[]
    owner?: string
    pubkey?: string
    request_id?: string
  } = {},
) {
  const { device, invitation } = await core.clients.devices.createNetworkDevice({
    request_id: '',
    name,
    location: 'Office',
    addresses: [],
    owner: '',
    pubkey: undefined,
    expires_in_seconds: 0,
    ...more,
  })
  if (!device) throw new Error('no device came back')
  return { device, token: invitation?.token ?? '' }
}

const refusal = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (err) => refusalOf(err),
  )

const sessionOf = async (token: string) => (await core.start(token)).session_secret
const peersOf = (location: string) => core.clients.serverConfig(location, true)

it('prepares a device in one location, whose client gets exactly one configuration', async () => {
  const { device, token } = await create('printer')
  expect(device).toMatchObject({ name: 'printer', pubkey: '', network_device: true })
  expect(device).toMatchObject({ user: 'admin', configured: false })
  expect(token).toMatch(/^dgn_/)
  expect(await core.clients.serverConfig('Office', false)).not.toContain('printer')
  const key = newPublicKey()
  const made = await core.addDevice(await sessionOf(token), '', key)
  expect(made.device).toMatchObject({ id: device.id, name: 'printer', pubkey: key })
  expect(made.configs.map((config) => config.network_name)).toEqual(['Office'])
  expect(made.configs[0]?.assigned_ip).toBe(device.locations[0]?.addresses.join(','))
  expect(made.instance?.username).toBe('admin')
  expect(await peersOf('Office')).toContain(key)
})

it('lets another key replace the first until the deadline, and ends what belonged to the first', async () => {
  const { token } = await create('rerun')
  const session = await sessionOf(token)
  const [first, second] = [newPublicKey(), newPublicKey()]
  const before = await core.addDevice(session, 'ignored', first)
  const after = await core.addDevice(session, '', second)
  expect(after.device).toEqual({ ...before.device, pubkey: second })
  expect(after.configs).toEqual(before.configs)
  const peers = await peersOf('Office')
  expect(peers).toContain(second)
  expect(peers).not.toContain(first)
  const poll = (polling_token = '') => core.clients.enrollment.getInstanceInfo({ polling_token })
  expect(await refusal(poll(before.token))).toMatchObject({ reason: 'token_unknown' })
  expect((await poll(after.token)).device_config?.device).toEqual(after.device)
})

it('puts one of many keys on the device when runs race', async () => {
  const { device, token } = await create('racing')
  const sessions = await Promise.all([sessionOf(token), sessionOf(token), sessionOf(token)])
  const keys = Array.from({ length: 12 }, newPublicKey)
  const replies = await Promise.all(
    keys.map((key, i) => core.addDevice(sessions[i % 3] ?? '', '', key)),
  )
  expect(new Set(replies.map((reply) => reply.device.id))).toEqual(new Set([device.id]))
  const peers = await peersOf('Office')
  expect(keys.filter((key) => peers.includes(key))).toHaveLength(1)
})

it('refuses a key in use elsewhere, and other devices to a device’s token', async () => {
  const personal = await core.addDevice(await core.startedEnrollment('person'), 'Laptop')
  const { token } = await create('keyed')
  const session = await sessionOf(token)
  const taken = { code: status.INVALID_ARGUMENT, message: 'invalid key', reason: 'pubkey_taken' }
  expect(await refusal(core.addDevice(session, '', personal.device.pubkey))).toEqual(taken)
  const { location } = await core.clients.locations.getLocation({ name: 'Plant' })
  expect(await refusal(core.addDevice(session, '', location?.pubkey ?? ''))).toEqual(taken)
  const info = (pubkey: string) =>
    core.clients.enrollment.getNetworkInfo({ session_secret: session, pubkey })
  expect(await refusal(info(personal.device.pubkey))).toMatchObject({
    reason: 'device_of_other_user',
  })
  const own = await core.addDevice(session, '')
  expect((await info(own.device.pubkey)).device_config?.configs).toEqual(own.configs)
  expect(await refusal(core.activate(session, PASSWORD))).toMatchObject({
    reason: 'already_enrolled',
  })
  const mobile = core.clients.enrollment.registerMobileAuth({
    session_secret: session,
    auth_pubkey: newPublicKey(),
    device_pubkey: own.device.pubkey,
  })
  expect(await refusal(mobile)).toMatchObject({ reason: 'device_not_found' })
})

it('does not let a person take a network device’s key, nor an admin prepare one with a taken key', async () => {
  const key = newPublicKey()
  const { device, token } = await create('with-key', { pubkey: key })
  expect({ configured: device.configured, token }).toEqual({ configured: true, token: '' })
  expect(await peersOf('Office')).toContain(key)
  const session = await core.startedEnrollment('thief')
  expect(await refusal(core.addDevice(session, 'Mine', key))).toMatchObject({
    reason: 'pubkey_taken',
  })
  expect(await refusal(create('copy', { pubkey: key }))).toMatchObject({ reason: 'pubkey_taken' })
})

it('gives chosen addresses, and the lowest free one of every other network', async () => {
  const { device } = await create('chosen', { addresses: ['10.1.1.77'] })
  expect(device.locations[0]?.addresses[0]).toBe('10.1.1.77')
  expect(device.locations[0]?.addresses[1]).toMatch(/^fc00::/)
  const full = await create('both', { addresses: ['fc00::99', '10.1.1.78'] })
  expect(full.device.locations[0]?.addresses).toEqual(['10.1.1.78', 'fc00::99'])
})

it('names the address, the location and the cause when a chosen address cannot be had', async () => {
  await create('holder', { addresses: ['10.1.1.200'] })
  const causes = {
    nonsense: 'is no IP address',
    '192.168.0.1': 'is outside of its networks',
    '10.1.1.0': 'is a network address',
    '10.1.1.255': 'is a broadcast address',
    '10.1.1.1': 'is the address of its gateway',
    'fc00::': 'is a network address',
    'fc00::1': 'is the address of its gateway',
  }
  for (const [address, cause] of Object.entries(causes)) {
    expect(await refusal(create('unlucky', { addresses: [address] }))).toMatchObject({
      code: status.INVALID_ARGUMENT,
      message: `addresses: "${address}" ${cause} (location Office)`,
    })
  }
  expect(await refusal(create('unlucky', { addresses: ['10.1.1.200'] }))).toMatchObject({
    code: status.ALREADY_EXISTS,
    message: 'addresses: "10.1.1.200" has another device already (location Office)',
  })
  expect(await refusal(create('unlucky', { addresses: ['10.1.1.5', '10.1.1.6'] }))).toMatchObject({
    code: status.INVALID_ARGUMENT,
  })
  const last = await create('last', { addresses: ['fc00::ffff'] })
  expect(last.device.locations[0]?.addresses[1]).toBe('fc00::ffff')
})

it('gives an address that many choose at once to one device, and leaves nothing of the others', async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, (_, i) => create(`rival${i}`, { addresses: ['10.1.1.150'] })),
  )
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  const { devices } = await core.clients.devices.listDevices({
    page: { page_size: 500, page_token: '' },
    username: '',
    location: 'Office',
  })
  expect(devices.filter(({ name }) => name.startsWith('rival'))).toHaveLength(1)
})

it('keeps splitting its free range, so that every address of a network is given once', async () => {
  const addresses = []
  for (const [at, wanted] of [['10.3.3.4'], [], ['10.3.3.6'], [], []].entries()) {
    const { device } = await create(`fill${at}`, { location: 'Cellar', addresses: wanted })
    addresses.push(device.locations[0]?.addresses[0])
  }
  expect(addresses).toEqual(['10.3.3.4', '10.3.3.2', '10.3.3.6', '10.3.3.3', '10.3.3.5'])
  expect(await refusal(create('late', { location: 'Cellar' }))).toEqual({
    code: status.RESOURCE_EXHAUSTED,
    message: 'no free address in location Cellar',
    reason: 'location_full',
  })
})

it('reports every problem of a request with its field', async () => {
  const call = create('', { location: 'Nowhere', owner: 'nobody', pubkey: 'AAAA' })
  const { code, message } = refusalOf(await call.catch((err) => err))
  expect(code).toBe(status.INVALID_ARGUMENT)
  for (const field of ['name', 'location', 'owner', 'pubkey'])
    expect(message).toContain(`${field}: `)
})

it('answers the same request id with the same device, and refuses a second one of the same name', async () => {
  const request_id = '0b0f7e9e-6f0e-4a55-9a0c-0d7b6a4f2f10'
  const first = await create('once', { request_id })
  const again = await create('once', { request_id })
  expect(again.device).toEqual(first.device)
  expect(await refusal(core.start(first.token))).toMatchObject({ reason: 'token_revoked' })
  await core.start(again.token)
  expect(await refusal(create('ONCE'))).toMatchObject({ code: status.ALREADY_EXISTS })
})

it('reissues a token that puts another key on the device, by its id and by resending', async () => {
  const { device, token } = await create('reissued')
  await core.addDevice(await sessionOf(token), '')
  const { invitation } = await core.clients.devices.issueNetworkDeviceToken({
    id: device.id,
    expires_in_seconds: 0,
  })
  expect(await refusal(core.start(token))).toMatchObject({ reason: 'token_revoked' })
  const key = newPublicKey()
  await core.addDevice(await sessionOf(invitation?.token ?? ''), '', key)
  expect(await peersOf('Office')).toContain(key)
  const resent = await core.clients.enrollments.resendToken({
    token: { id: invitation?.id ?? 0, username: undefined },
  })
  expect(
    (await core.addDevice(await sessionOf(resent.invitation?.token ?? ''), '')).device.id,
  ).toBe(device.id)
  const personal = await core.addDevice(await core.startedEnrollment('mine'), 'Laptop')
  const foreign = core.clients.devices.issueNetworkDeviceToken({
    id: personal.device.id,
    expires_in_seconds: 0,
  })
  expect(await refusal(foreign)).toMatchObject({ code: status.NOT_FOUND })
})

it('stays as it is when the account it was prepared under is disabled or gone', async () => {
  await core.createUser('leaver', { password: PASSWORD })
  const { device, token } = await create('stays', { owner: 'leaver' })
  await core.disable('leaver')
  const made = await core.addDevice(await sessionOf(token), '')
  const poll = { polling_token: made.token ?? '' }
  expect((await core.clients.enrollment.getInstanceInfo(poll)).device_config?.device).toEqual(
    made.device,
  )
  await core.clients.users.deleteUser({ username: 'leaver', take_over_tokens: false })
  const polled = (await core.clients.enrollment.getInstanceInfo(poll)).device_config
  expect(JSON.stringify(polled)).toBe(JSON.stringify({ ...made, token: undefined }))
  expect(await peersOf('Office')).toContain(made.device.pubkey)
  const { invitation } = await core.clients.devices.issueNetworkDeviceToken({
    id: device.id,
    expires_in_seconds: 0,
  })
  await core.addDevice(await sessionOf(invitation?.token ?? ''), '')
})

it('lists a network device under the account it was prepared for', async () => {
  await core.createUser('keeper', { password: PASSWORD })
  const { device } = await create('kept', { owner: 'KEEPER' })
  const { devices } = await core.clients.devices.listDevices({
    page: undefined,
    username: 'keeper',
    location: '',
  })
  expect(devices).toEqual([device])
  expect(device.user).toBe('keeper')
})

// Whoever asked with the first key while a second one was being put got a token that went on working.
it('gives no polling token for a key that is just being replaced', async () => {
  const { device, token } = await create('overtaken')
  const session = await sessionOf(token)
  const [first, second] = [newPublicKey(), newPublicKey()]
  await core.addDevice(session, '', first)
  const put = `update device set public_key = '${second}' where id = ${device.id}`
  const info = { session_secret: session, pubkey: first }
  const asked = await whileHolding(core.databaseUrl, put, 1, () =>
    refusal(core.clients.enrollment.getNetworkInfo(info)),
  )
  expect(asked).toMatchObject({ code: status.NOT_FOUND, reason: 'device_not_found' })
})
