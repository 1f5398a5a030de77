import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { refusalOf } from './_clients.js'
import { newPublicKey, startTestCore, type TestCore } from './_core.js'
import { whileHolding } from './_database.js'

const PASSWORD = 'correct horse battery'
const LIMIT = 3

let core: TestCore
beforeAll(async () => {
  core = await startTestCore({ devicesPerUser: LIMIT, devicesPerToken: 100 })
  await core.createLocation('Office', ['10.1.1.1/24', 'fc00::1/112'])
})
afterAll(() => core.stop())

const refusal = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (err) => refusalOf(err),
  )

const DEVICE_LIMIT = {
  code: status.INVALID_ARGUMENT,
  message: 'device limit reached',
  reason: 'device_limit',
}
const ADMIN_ONLY = {
  code: status.PERMISSION_DENIED,
  message: 'Only admin users can manage devices',
  reason: 'devices_admin_only',
}

/** What somebody who is logged in does about their own devices. */
async function loggedIn(username: string) {
  const { auth } = core.clients
  const { session_secret } = await auth.login({ login: username, password: PASSWORD })
  const as = { authorization: `Bearer ${session_secret}` }
  return {
    list: async (page?: { page_size: number; page_token: string }) =>
      auth.listOwnDevices({ page }, as),
    remove: (id: number) => auth.removeOwnDevice({ id }, as),
    desktop: async () =>
      (await auth.issueOwnDesktopActivation({ expires_in_seconds: 0 }, as)).invitation,
  }
}

async function person(username: string, more: { groups?: string[] } = {}) {
  await core.createUser(username, { password: PASSWORD, ...more })
  return loggedIn(username)
}

const add = async (username: string, name: string) =>
  (
    await core.clients.devices.addDevice({
      request_id: '',
      username,
      name,
      pubkey: newPublicKey(),
    })
  ).device

async function leaveToAdmins(admin_device_management: boolean) {
  const { settings } = await core.clients.settings.getSettings({})
  if (!settings) throw new Error('no settings came back')
  await core.clients.settings.updateSettings({
    settings: { ...settings, admin_device_management },
    update_mask: ['admin_device_management'],
  })
}

it('shows a person their own devices, page by page, and nobody else’s', async () => {
  const own = await person('lister')
  await add('lister', 'One')
  await add('lister', 'Two')
  await core.createUser('neighbour', { password: PASSWORD })
  await add('neighbour', 'Theirs')
  await core.clients.devices.createNetworkDevice({
    request_id: '',
    name: 'printer',
    location: 'Office',
    addresses: [],
    owner: 'lister',
    pubkey: newPublicKey(),
    expires_in_seconds: 0,
  })
  const first = await own.list({ page_size: 1, page_token: '' })
  const second = await own.list({ page_size: 1, page_token: first.next_page_token })
  const seen = [...first.devices, ...second.devices]
  expect(seen.map((device) => device.name)).toEqual(['One', 'Two'])
  expect(seen[0]?.locations[0]?.addresses).toHaveLength(2)
  expect(second.next_page_token).toBe('')
})

it('lets a person remove their own device, and tells nothing of another’s', async () => {
  const own = await person('remover')
  const mine = await add('remover', 'Mine')
  await core.createUser('victim', { password: PASSWORD })
  const theirs = await add('victim', 'Theirs')
  const printer = await core.clients.devices.createNetworkDevice({
    request_id: '',
    name: 'plotter',
    location: 'Office',
    addresses: [],
    owner: 'remover',
    pubkey: newPublicKey(),
    expires_in_seconds: 0,
  })
  for (const id of [theirs?.id ?? 0, printer.device?.id ?? 0, 999_999])
    expect(await refusal(own.remove(id))).toEqual({
      code: status.NOT_FOUND,
      message: `no device with the id ${id}`,
      reason: 'not_found',
    })
  await own.remove(mine?.id ?? 0)
  expect((await own.list()).devices).toEqual([])
  expect(await core.clients.serverConfig('Office', true)).not.toContain(mine?.pubkey)
})

it('gives a person a desktop token of their own, which ends their older one', async () => {
  const own = await person('helper')
  const older = await own.desktop()
  const newer = await own.desktop()
  expect(newer?.token).toMatch(/^dgd_/)
  expect(await refusal(core.start(older?.token ?? ''))).toMatchObject({ reason: 'token_revoked' })
  const started = await core.start(newer?.token ?? '')
  // Nobody is their own contact.
  expect(started.enrollment?.admin?.email).not.toBe('helper@example.com')
  const made = await core.addDevice(started.session_secret, 'Laptop')
  expect((await own.list()).devices.map(({ id }) => id)).toEqual([made.device.id])
})

it('leaves adding and removing to admins where the setting says so, at every door', async () => {
  const own = await person('managed')
  const mine = await add('managed', 'Mine')
  const token = await own.desktop()
  const session = (await core.start(token?.token ?? '')).session_secret
  const admin = await person('chief', { groups: ['admin'] })
  await leaveToAdmins(true)
  expect(await refusal(own.desktop())).toEqual(ADMIN_ONLY)
  expect(await refusal(own.remove(mine?.id ?? 0))).toEqual(ADMIN_ONLY)
  expect(await refusal(core.addDevice(session, 'Laptop'))).toEqual(ADMIN_ONLY)
  expect((await own.list()).devices).toHaveLength(1)
  const own2 = await admin.desktop()
  const byAdmin = await core.addDevice((await core.start(own2?.token ?? '')).session_secret, 'PC')
  await admin.remove(byAdmin.device.id)
  await add('managed', 'From the admin')
  await leaveToAdmins(false)
  await own.remove(mine?.id ?? 0)
})

it('needs somebody who is logged in', async () => {
  const { auth } = core.clients
  const nobody = { authorization: '' }
  const refused = { code: status.UNAUTHENTICATED, reason: 'not_logged_in' }
  expect(await refusal(auth.listOwnDevices({ page: undefined }, nobody))).toMatchObject(refused)
  expect(await refusal(auth.removeOwnDevice({ id: 1 }, nobody))).toMatchObject(refused)
  const desktop = auth.issueOwnDesktopActivation({ expires_in_seconds: 0 }, nobody)
  expect(await refusal(desktop)).toMatchObject(refused)
})

it('ends at the limit of devices at every door, and one that goes makes room', async () => {
  const session = await core.startedEnrollment('limited')
  const first = await core.addDevice(session, 'One')
  await core.addDevice(session, 'Two')
  await core.activate(session, PASSWORD)
  await add('limited', 'Three')
  const own = await loggedIn('limited')
  const desktop = (await core.start((await own.desktop())?.token ?? '')).session_secret
  expect(await refusal(core.addDevice(session, 'Four'))).toEqual(DEVICE_LIMIT)
  expect(await refusal(core.addDevice(desktop, 'Four'))).toEqual(DEVICE_LIMIT)
  expect(await refusal(add('limited', 'Four'))).toEqual(DEVICE_LIMIT)
  // A lost answer is no new device.
  await core.addDevice(desktop, 'One', first.device.pubkey)
  await own.remove(first.device.id)
  await core.addDevice(desktop, 'Four')
  expect(await refusal(add('limited', 'Five'))).toEqual(DEVICE_LIMIT)
})

it('never passes the limit when every door is used at once', async () => {
  const session = await core.startedEnrollment('rushed')
  await core.activate(session, PASSWORD)
  const own = await loggedIn('rushed')
  const desktop = (await core.start((await own.desktop())?.token ?? '')).session_secret
  const doors = [
    (name: string) => core.addDevice(session, name),
    (name: string) => core.addDevice(desktop, name),
    (name: string) => add('rushed', name),
  ]
  const outcomes = await whileHolding(
    core.databaseUrl,
    `select from "user" where username = 'rushed' for update`,
    12,
    () =>
      Promise.allSettled(
        Array.from({ length: 12 }, (_, i) => doors[i % doors.length]?.(`Device ${i}`)),
      ),
  )
  const refused = outcomes.filter((call) => call.status === 'rejected')
  expect(refused.map((call) => refusalOf(call.reason))).toEqual(
    Array.from({ length: 12 - LIMIT }, () => DEVICE_LIMIT),
  )
  expect((await own.list()).devices).toHaveLength(LIMIT)
})
