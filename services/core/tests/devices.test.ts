import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { refusalOf } from './_clients.js'
import { newPublicKey, startTestCore, type TestCore } from './_core.js'

const OFFICE = '10.1.1.1/24'

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
  await core.createLocation('Office', [OFFICE, 'fc00::1/112'])
})
afterAll(() => core.stop())

const PASSWORD = 'correct horse battery'

async function refusal(call: Promise<unknown>) {
  return refusalOf(await call.catch((err) => err))
}

const invalid = (message: string, reason: string) => ({
  code: status.INVALID_ARGUMENT,
  message,
  reason,
})

it('gives a device the lowest addresses of both families and its complete configuration', async () => {
  const sessionSecret = await core.startedEnrollment('first')
  const { device, configs, token } = await core.addDevice(sessionSecret, ' Ania’s laptop 💻 ')
  expect(device.name).toBe('Ania’s laptop 💻')
  expect(token).toMatch(/^dgp_/)
  expect(configs).toHaveLength(1)
  expect(configs[0]).toMatchObject({
    network_name: 'Office',
    assigned_ip: '10.1.1.2,fc00::2',
    allowed_ips: '10.1.1.0/24,fc00::/112',
    endpoint: 'vpn.example.com:51820',
    dns: undefined,
    mfa_enabled: false,
    location_mfa_mode: 1,
    service_location_mode: 1,
    keepalive_interval: 25,
  })
  expect(
    configs[0]?.config.startsWith(
      '[Interface]\nPrivateKey = YOUR_PRIVATE_KEY\nAddress = 10.1.1.2,fc00::2\n\n[Peer]',
    ),
  ).toBe(true)
})

it('answers the same key with the same device, from any session and with any name', async () => {
  await core.createUser('samekey')
  const { token } = await core.invite('samekey')
  const one = (await core.start(token)).session_secret
  const two = (await core.start(token)).session_secret
  const key = newPublicKey()
  const first = await core.addDevice(one, 'Laptop', key)
  const again = await core.addDevice(two, 'Other name', key)
  expect(again.device).toEqual(first.device)
  expect(again.configs).toEqual(first.configs)
  expect(again.instance).toEqual(first.instance)
  expect(again.token).not.toBe(first.token)
})

it('makes one device of fifty simultaneous calls with one key, and sends one mail', async () => {
  const sessionSecret = await core.startedEnrollment('crowdkey')
  const key = newPublicKey()
  const replies = await Promise.all(
    Array.from({ length: 50 }, (_, i) => core.addDevice(sessionSecret, `Name ${i}`, key)),
  )
  expect(new Set(replies.map((reply) => reply.device.id)).size).toBe(1)
  await core.mail('crowdkey@example.com')
  await core.activate(sessionSecret, PASSWORD)
  await core.mail('adam@example.com', 'crowdkey')
  const about = core.transport.sent.filter(
    (mail) => mail.to === 'crowdkey@example.com' && mail.text.includes(key),
  )
  expect(about).toHaveLength(1)
})

it('re-keys a device whose name comes again before activation, and keeps its addresses', async () => {
  await core.createUser('rekey')
  const { token } = await core.invite('rekey')
  const mine = (await core.start(token)).session_secret
  const parallel = (await core.start(token)).session_secret
  const first = await core.addDevice(mine, 'Laptop')
  const key = newPublicKey()
  const second = await core.addDevice(mine, 'LAPTOP', key)
  expect(second.device).toEqual({ ...first.device, pubkey: key })
  expect(second.configs).toEqual(first.configs)
  const taken = invalid('device name already in use', 'device_name_taken')
  expect(await refusal(core.addDevice(parallel, 'laptop'))).toEqual(taken)
  await core.activate(mine, PASSWORD)
  expect(await refusal(core.addDevice(mine, 'Laptop'))).toEqual(taken)
})

it('refuses keys that are no keys, and the key of another person or of a location alike', async () => {
  const mine = await core.startedEnrollment('keys')
  const others = await core.startedEnrollment('otherkeys')
  const key = newPublicKey()
  await core.addDevice(others, 'Laptop', key)
  const { locations } = await core.clients.locations.listLocations({ page: undefined })
  const taken = invalid('invalid key', 'pubkey_taken')
  expect(await refusal(core.addDevice(mine, 'A', key))).toEqual(taken)
  expect(await refusal(core.addDevice(mine, 'A', locations[0]?.pubkey))).toEqual(taken)
  const zero = Buffer.alloc(32).toString('base64')
  for (const bad of ['', 'abc', zero, `${key} `, key.replace(/=$/, ''), key.slice(1)]) {
    expect(await refusal(core.addDevice(mine, 'A', bad))).toEqual(
      invalid('invalid pubkey', 'invalid_pubkey'),
    )
  }
  const { enrollment } = await core.clients.enrollment.getSession({ session_secret: mine })
  expect(enrollment?.user?.device_names).toEqual([])
})

it('takes names of 100 code points and refuses empty, longer and unprintable ones', async () => {
  const sessionSecret = await core.startedEnrollment('names')
  const long = '🌍'.repeat(100)
  expect((await core.addDevice(sessionSecret, long)).device.name).toBe(long)
  expect(await refusal(core.addDevice(sessionSecret, ' '))).toEqual(
    invalid('device name is required', 'invalid_device_name'),
  )
  for (const bad of [`${long}x`, 'a\nb', 'a\u0000b', 'a\u0085b']) {
    expect(await refusal(core.addDevice(sessionSecret, bad))).toEqual(
      invalid('invalid device name', 'invalid_device_name'),
    )
  }
})

it('makes at most five devices with one token, and repeats stay free', async () => {
  const sessionSecret = await core.startedEnrollment('many')
  const keys = Array.from({ length: 5 }, newPublicKey)
  for (const [i, key] of keys.entries()) await core.addDevice(sessionSecret, `Device ${i}`, key)
  expect(await refusal(core.addDevice(sessionSecret, 'Sixth'))).toEqual(
    invalid('device limit reached', 'device_limit'),
  )
  for (const key of keys) await core.addDevice(sessionSecret, 'whatever', key)
})

it('answers a person without locations with none', async () => {
  const other = await startTestCore()
  await other.clients.groups.createGroup({ request_id: '', name: 'Builders', role: '' })
  await other.createLocation('Site', [OFFICE], { allowed_groups: ['builders'] })
  const outside = await other.addDevice(await other.startedEnrollment('outside'), 'Laptop')
  expect(outside.configs).toEqual([])
  const inside = await other.addDevice(
    await other.startedEnrollment('inside', { groups: ['Builders'] }),
    'Laptop',
  )
  expect(inside.configs).toHaveLength(1)
  await other.stop()
})

it('shows a device again by its key: own 200, foreign refused, unknown not found', async () => {
  const mine = await core.startedEnrollment('info')
  const key = newPublicKey()
  const made = await core.addDevice(mine, 'Laptop', key)
  const find = (session_secret: string, pubkey: string) =>
    core.clients.enrollment.getNetworkInfo({ session_secret, pubkey })
  const { device_config } = await find(mine, key)
  expect(device_config).toEqual({ ...made, token: device_config?.token })
  expect(device_config?.token).not.toBe(made.token)
  expect(await refusal(find(mine, newPublicKey()))).toEqual({
    code: status.NOT_FOUND,
    message: 'device not found',
    reason: 'device_not_found',
  })
  const other = await core.startedEnrollment('infoother')
  expect(await refusal(find(other, key))).toEqual({
    code: status.UNAUTHENTICATED,
    message: 'enrollment token is not valid for specified device',
    reason: 'device_of_other_user',
  })
  expect(await refusal(find(mine, 'x'))).toEqual(invalid('invalid pubkey', 'invalid_pubkey'))
  expect(await refusal(find('', key))).toMatchObject({ reason: 'no_session' })
})

it('leaves devices to admins where the setting says so', async () => {
  const sessionSecret = await core.startedEnrollment('managed')
  const settings = (await core.clients.settings.getSettings({})).settings
  if (!settings) throw new Error('no settings came back')
  const set = (admin_device_management: boolean) =>
    core.clients.settings.updateSettings({
      settings: { ...settings, admin_device_management },
      update_mask: ['admin_device_management'],
    })
  await set(true)
  expect(await refusal(core.addDevice(sessionSecret, 'Laptop'))).toEqual({
    code: status.PERMISSION_DENIED,
    message: 'Only admin users can manage devices',
    reason: 'devices_admin_only',
  })
  await set(false)
  await core.addDevice(sessionSecret, 'Laptop')
})

it('hides a device from the server until its owner has enrolled', async () => {
  const sessionSecret = await core.startedEnrollment('waiting')
  const key = newPublicKey()
  await core.addDevice(sessionSecret, 'Laptop', key)
  expect(await core.clients.serverConfig('office', true)).not.toContain(key)
  await core.activate(sessionSecret, PASSWORD)
  expect(await core.clients.serverConfig('office', true)).toContain(`PublicKey = ${key}`)
})

it('removes what was added with a link that was replaced, and frees its addresses', async () => {
  await core.clients.groups.createGroup({ request_id: '', name: 'Few', role: '' })
  await core.createLocation('Small', ['10.9.0.1/30'], { allowed_groups: ['Few'] })
  await core.createUser('victim', { groups: ['few'] })
  const stolen = await core.invite('victim')
  const thief = (await core.start(stolen.token)).session_secret
  const key = newPublicKey()
  await core.addDevice(thief, 'Not mine', key)
  const fresh = await core.invite('victim')
  const person = (await core.start(fresh.token)).session_secret
  // The only address of the small location is free again.
  const { configs } = await core.addDevice(person, 'Mine')
  expect(configs.at(-1)?.assigned_ip).toBe('10.9.0.2')
  await core.activate(person, PASSWORD)
  const { devices } = await core.clients.devices.listDevices({
    page: undefined,
    username: 'victim',
    location: '',
  })
  expect(devices.map((device) => device.name)).toEqual(['Mine'])
  expect(await core.clients.serverConfig('small', false)).not.toContain(key)
})
