import { status } from '@grpc/grpc-js'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import {
  addressesIn,
  addressProblems,
  createGroup,
  refusal,
  revisionOf,
  updateLocation,
} from './_access.js'
import { newPublicKey, startTestCore, type TestCore } from './_core.js'
import { query } from './_database.js'

let core: TestCore
beforeEach(async () => {
  core = await startTestCore()
})
afterEach(async () => {
  expect(await addressProblems(core.databaseUrl)).toEqual([])
  await core.stop()
})

/** People with one device each, in the order of their names. */
async function withDevices(names: string[], groups: string[] = []) {
  const made = []
  for (const name of names)
    made.push(await core.addDevice(await core.startedEnrollment(name, { groups }), `${name}-dev`))
  return made
}

async function addNetworkDevice(name: string, location: string, addresses: string[] = []) {
  const { device } = await core.clients.devices.createNetworkDevice({
    request_id: '',
    name,
    location,
    addresses,
    owner: '',
    pubkey: newPublicKey(),
    expires_in_seconds: 0,
  })
  return device
}

it('moves only what must move when networks change', async () => {
  await core.createLocation('Office', ['10.1.1.1/24'])
  await withDevices(['ania', 'bela'])
  const changed = await updateLocation(core, 'office', {
    addresses: ['fc00::1/112', '10.1.0.3/16', '10.7.0.1/24'],
  })
  expect(changed.addresses).toEqual(['fc00::1/112', '10.1.0.3/16', '10.7.0.1/24'])
  expect(await addressesIn(core, 'Office')).toEqual({
    ania: ['fc00::2', '10.1.1.2', '10.7.0.2'],
    bela: ['fc00::3', '10.1.1.3', '10.7.0.3'],
  })
  // The gateway takes an address: only its holder moves, to the lowest free one.
  await updateLocation(core, 'Office', { addresses: ['10.1.1.2/24'] })
  expect(await addressesIn(core, 'Office')).toEqual({ ania: ['10.1.1.1'], bela: ['10.1.1.3'] })
})

it('keeps the address of its own network for each device when networks change places', async () => {
  await core.createLocation('Two', ['10.1.1.1/24', 'fc00::1/112'])
  await withDevices(['ania', 'bela'])
  await updateLocation(core, 'Two', { addresses: ['fc00::1/112', '10.1.1.1/24'] })
  expect(await addressesIn(core, 'Two')).toEqual({
    ania: ['fc00::2', '10.1.1.2'],
    bela: ['fc00::3', '10.1.1.3'],
  })
})

it('keeps one address of a device when two of its networks become one', async () => {
  await core.createLocation('Two', ['10.1.1.1/24', '10.1.2.1/24'])
  await withDevices(['ania', 'bela'])
  await updateLocation(core, 'Two', { addresses: ['10.1.0.1/16'] })
  expect(await addressesIn(core, 'Two')).toEqual({ ania: ['10.1.1.2'], bela: ['10.1.1.3'] })
})

it('refuses networks that the devices do not fit into, and changes nothing', async () => {
  await core.createLocation('Office', ['10.1.1.1/24'])
  await withDevices(['ania', 'bela', 'cleo'])
  const before = await core.clients.locations.getLocation({ name: 'Office' })
  const adding = updateLocation(core, 'Office', { addresses: ['10.1.1.1/24', '10.9.0.1/30'] })
  expect(await refusal(adding)).toEqual({
    code: status.RESOURCE_EXHAUSTED,
    message: 'no free address in location Office',
    reason: 'location_full',
  })
  expect(await core.clients.locations.getLocation({ name: 'Office' })).toEqual(before)
  expect(await addressesIn(core, 'Office')).toMatchObject({ cleo: ['10.1.1.4'] })
})

it('refuses bad networks by name, all problems together', async () => {
  await core.createLocation('Office', ['10.1.1.1/24'])
  const bad = (addresses: string[]) => refusal(updateLocation(core, 'Office', { addresses }))
  expect((await bad(['0.0.0.0/0'])).message).toContain('"0.0.0.0/0" is the whole address space')
  expect((await bad([])).message).toContain('addresses: must be 1 to 10 networks')
  expect((await bad(['10.1.1.1/24', 'x'])).message).toContain('"x" is not a CIDR')
  expect((await bad(['10.1.1.1/24', '10.1.0.1/16'])).message).toContain('overlaps 10.1.1.1/24')
  expect((await bad(['10.1.1.255/24'])).message).toContain('broadcast address as its gateway')
  expect(
    await refusal(
      updateLocation(core, 'Office', { name: ' ', port: 0, allowed_groups: ['ghosts'] }),
    ),
  ).toMatchObject({
    code: status.INVALID_ARGUMENT,
    message:
      'name: must be 1 to 100 characters, without control characters; port: must be 1 to 65535; ' +
      'allowed_groups: there is no group named "ghosts"',
  })
})

it('steps over a gateway in the middle, and fills small networks to the last address', async () => {
  await core.createLocation('Small', ['10.1.1.3/29', 'fc00::2/126'])
  await withDevices(['a1', 'a2'])
  expect(await addressesIn(core, 'Small')).toEqual({
    a1: ['10.1.1.1', 'fc00::1'],
    a2: ['10.1.1.2', 'fc00::3'],
  })
  await updateLocation(core, 'Small', { addresses: ['10.1.1.3/29'] })
  await withDevices(['a3', 'a4', 'a5'])
  const full = core.addDevice(await core.startedEnrollment('a6'), 'Laptop')
  expect(await refusal(full)).toMatchObject({ reason: 'location_full' })
  await updateLocation(core, 'Small', { addresses: ['10.1.1.3/28'] })
  expect(await addressesIn(core, 'Small')).toEqual({
    a1: ['10.1.1.1'],
    a2: ['10.1.1.2'],
    a3: ['10.1.1.4'],
    a4: ['10.1.1.5'],
    a5: ['10.1.1.6'],
  })
})

it('keeps the chosen addresses of network devices that still fit, and moves the others', async () => {
  await core.createLocation('Office', ['10.1.1.1/24'], { allowed_groups: ['admin'] })
  await addNetworkDevice('printer', 'Office', ['10.1.1.99'])
  await addNetworkDevice('camera', 'Office', ['10.1.1.200'])
  await updateLocation(core, 'Office', { addresses: ['10.1.1.1/25', 'fc00::1/64'] })
  expect(await addressesIn(core, 'Office')).toEqual({
    printer: ['10.1.1.99', 'fc00::2'],
    camera: ['10.1.1.2', 'fc00::3'],
  })
})

it('tells gateways of nothing when nothing changed for them', async () => {
  await core.createLocation('Office', ['10.1.1.1/24'])
  await withDevices(['ania'])
  const before = await revisionOf(core, 'Office')
  const addresses = ['10.1.1.1/24']
  await updateLocation(core, 'Office', { addresses, dns: ['1.1.1.1'], allow_all_groups: true })
  await createGroup(core, 'unrelated')
  await core.clients.groups.addMember({ group: 'unrelated', username: 'ania' })
  await core.clients.groups.deleteGroup({ name: 'unrelated' })
  expect(await revisionOf(core, 'Office')).toBe(before)
  await updateLocation(core, 'Office', { port: 51821 })
  expect(await revisionOf(core, 'Office')).toBeGreaterThan(before)
})

it('opens and closes a location for the devices of those concerned, at once', async () => {
  await createGroup(core, 'staff')
  await core.createLocation('Office', ['10.1.1.1/24'])
  await withDevices(['ania'], ['staff'])
  await withDevices(['bela'])
  await updateLocation(core, 'Office', { allow_all_groups: false, allowed_groups: ['STAFF'] })
  expect(await addressesIn(core, 'Office')).toEqual({ ania: ['10.1.1.2'] })
  const neither = updateLocation(core, 'Office', { allowed_groups: [] })
  expect(await refusal(neither)).toMatchObject({
    code: status.INVALID_ARGUMENT,
    message: 'allowed_groups: name at least one group, or allow everyone',
  })
  await updateLocation(core, 'Office', { allow_all_groups: true, allowed_groups: [] })
  expect(await addressesIn(core, 'Office')).toEqual({ ania: ['10.1.1.2'], bela: ['10.1.1.3'] })
})

it('lets allowed IPs follow the networks while they are the same, and never otherwise', async () => {
  await core.createLocation('Office', ['10.1.1.1/24'])
  const followed = await updateLocation(core, 'Office', { addresses: ['10.2.0.1/16'] })
  expect(followed.allowed_ips).toEqual(['10.2.0.0/16'])
  await updateLocation(core, 'Office', { allowed_ips: ['192.168.0.0/16'] })
  const kept = await updateLocation(core, 'Office', { addresses: ['10.3.0.1/16'] })
  expect(kept.allowed_ips).toEqual(['192.168.0.0/16'])
  expect((await updateLocation(core, 'Office', { allowed_ips: [] })).allowed_ips).toEqual([
    '10.3.0.0/16',
  ])
})

it('changes exactly what the mask names, and refuses masks that name nothing or something else', async () => {
  const before = await core.createLocation('Office', ['10.1.1.1/24'])
  const changed = await updateLocation(core, 'Office', { name: 'HQ', keepalive_interval: 0 })
  expect(changed).toEqual({
    ...before,
    name: 'HQ',
    keepalive_interval: 0,
    settings_revision: before.settings_revision + 1,
  })
  expect(await refusal(updateLocation(core, 'HQ', {}))).toMatchObject({
    message: 'update_mask: names no field',
  })
  expect(await refusal(updateLocation(core, 'HQ', { pubkey: 'x' }))).toMatchObject({
    code: status.INVALID_ARGUMENT,
    message: 'update_mask: there is no field "pubkey" to change',
  })
  await core.createLocation('Lab', ['10.1.2.1/24'])
  expect(await refusal(updateLocation(core, 'Lab', { name: 'hq' }))).toMatchObject({
    code: status.ALREADY_EXISTS,
    message: 'name: a location of this name exists',
  })
  expect(await refusal(updateLocation(core, 'Nowhere', { port: 1 }))).toMatchObject({
    code: status.NOT_FOUND,
  })
})

it('lets one of two admins win who change what both have seen', async () => {
  const { settings_revision: seen } = await core.createLocation('Office', ['10.1.1.1/24'])
  const outcomes = await Promise.allSettled(
    [1000, 2000].map((port) => updateLocation(core, 'Office', { port }, seen)),
  )
  const refused = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? [outcome.reason] : [],
  )
  expect(refused).toHaveLength(1)
  expect(await refusal(Promise.reject(refused[0]))).toMatchObject({
    code: status.ABORTED,
    reason: 'changed_meanwhile',
  })
})

it('frees everything with a deleted location, and keeps its network devices', async () => {
  await core.createLocation('Office', ['10.1.1.1/24'])
  await withDevices(['ania'])
  await addNetworkDevice('printer', 'Office')
  const { invitation } = await core.clients.devices.createNetworkDevice({
    request_id: '',
    name: 'camera',
    location: 'Office',
    addresses: [],
    owner: '',
    pubkey: undefined,
    expires_in_seconds: 0,
  })
  await core.clients.locations.deleteLocation({ name: 'OFFICE' })
  const { devices } = await core.clients.devices.listDevices({
    page: undefined,
    username: '',
    location: '',
  })
  expect(devices.map(({ name, locations }) => [name, locations])).toEqual([
    ['ania-dev', []],
    ['printer', []],
    ['camera', []],
  ])
  const { session_secret } = await core.start(invitation?.token ?? '')
  expect(await refusal(core.addDevice(session_secret, 'x'))).toMatchObject({
    code: status.NOT_FOUND,
    message: 'network not found',
  })
  expect(await refusal(core.clients.locations.deleteLocation({ name: 'Office' }))).toMatchObject({
    code: status.NOT_FOUND,
  })
  // The same networks can be used again from their first address on.
  await core.createLocation('Office', ['10.1.1.1/24'])
  expect(await addressesIn(core, 'Office')).toEqual({ ania: ['10.1.1.2'] })
})

it('records who changed which fields of a location, and who deleted it', async () => {
  await core.createLocation('Office', ['10.1.1.1/24'])
  await updateLocation(core, 'Office', { port: 1000, dns: [], addresses: ['10.1.1.1/25'] })
  await updateLocation(core, 'Office', { port: 1000 })
  await core.clients.locations.deleteLocation({ name: 'Office' })
  const events = await query(
    core.databaseUrl,
    `select action, actor_name, object_name, details from audit_event
     where action in ('location.updated', 'location.deleted') order by id`,
  )
  const by = { actor_name: 'admin', object_name: 'Office' }
  expect(events).toEqual([
    {
      ...by,
      action: 'location.updated',
      details: { fields: ['port', 'allowedIps', 'addresses'] },
    },
    { ...by, action: 'location.deleted', details: null },
  ])
})
