import { AuthServiceService } from '@defguard/proto/admin/v1/auth'
import { DeviceServiceService } from '@defguard/proto/admin/v1/devices'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { admin, run } from './_cli.js'
import { refusal, TestCore } from './_core.js'
import { INVITATION, LAPTOP } from './_samples.js'

let core: TestCore
beforeAll(async () => {
  core = await new TestCore().start()
})
afterAll(() => core.stop())

/** The document that a command prints. */
async function json(...args: string[]): Promise<unknown> {
  const { code, stdout, stderr } = await run([...args, '--json'], admin(core))
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

const LAPTOP_JSON = {
  id: 3,
  name: 'Anna’s laptop',
  pubkey: LAPTOP.pubkey,
  user: 'anna',
  network_device: false,
  configured: true,
  created_at: '2026-01-01T00:00:00Z',
  locations: LAPTOP.locations,
}

it('shows, adds and removes a device, and changes only what it is told to', async () => {
  core.answer(DeviceServiceService.getDevice, () => ({ device: LAPTOP }))
  core.answer(DeviceServiceService.addDevice, () => ({ device: LAPTOP }))
  core.answer(DeviceServiceService.updateDevice, () => ({ device: LAPTOP }))
  core.answer(DeviceServiceService.removeDevice, () => ({}))
  expect(await json('device', 'show', '3')).toEqual(LAPTOP_JSON)
  const add = ['device', 'add', '--user', 'anna', '--name', 'PC', '--pubkey', LAPTOP.pubkey]
  expect(await json(...add)).toEqual(LAPTOP_JSON)
  expect(await json('device', 'rename', '3', 'New')).toEqual(LAPTOP_JSON)
  expect(await json('device', 'rekey', '3', 'key')).toEqual(LAPTOP_JSON)
  expect(await json('device', 'remove', '3', '--yes')).toEqual(LAPTOP_JSON)
  expect(core.requests(DeviceServiceService.addDevice)).toMatchObject([
    { username: 'anna', name: 'PC', pubkey: LAPTOP.pubkey, request_id: expect.stringMatching(/-/) },
  ])
  expect(core.requests(DeviceServiceService.updateDevice)).toMatchObject([
    { id: 3, name: 'New', update_mask: ['name'] },
    { id: 3, pubkey: 'key', update_mask: ['pubkey'] },
  ])
  expect(core.requests(DeviceServiceService.removeDevice)).toEqual([{ id: 3 }])
})

it('finds a device by its key', async () => {
  core.answer(DeviceServiceService.listDevices, () => ({ devices: [LAPTOP], next_page_token: '' }))
  expect(await json('device', 'list', '--pubkey', LAPTOP.pubkey)).toEqual([LAPTOP_JSON])
  expect(core.requests(DeviceServiceService.listDevices)).toMatchObject([{ pubkey: LAPTOP.pubkey }])
})

it('suggests addresses, and says why others cannot be had', async () => {
  core.answer(DeviceServiceService.suggestAddresses, () => ({
    networks: [
      { network: '10.1.1.0/24', addresses: ['10.1.1.2', '10.1.1.5'] },
      { network: 'fd00::/64', addresses: [] },
    ],
  }))
  core.answer(DeviceServiceService.checkAddresses, ({ addresses }) => ({
    checks: addresses.map((address, at) => ({
      address,
      available: at === 0,
      problem: at === 0 ? '' : 'is the address of its gateway',
    })),
  }))
  expect(await json('device', 'suggest-addresses', 'Office', '--count', '2')).toEqual([
    { network: '10.1.1.0/24', addresses: ['10.1.1.2', '10.1.1.5'] },
    { network: 'fd00::/64', addresses: [] },
  ])
  expect(await json('device', 'check-addresses', 'Office', '10.1.1.9', '10.1.1.1')).toEqual([
    { address: '10.1.1.9', available: true, problem: null },
    { address: '10.1.1.1', available: false, problem: 'is the address of its gateway' },
  ])
  const { stdout } = await run(['device', 'suggest-addresses', 'Office'], admin(core))
  expect(stdout).toContain('none: it is full')
})

it('names free addresses when the chosen one of a network device is refused', async () => {
  const message = '"10.1.1.9" has another device already (location Office)'
  core.answer(DeviceServiceService.createNetworkDevice, () => {
    const violations = [{ field: 'addresses', message }]
    throw refusal(6, `addresses: ${message}`, 'already_exists', violations)
  })
  core.answer(DeviceServiceService.suggestAddresses, () => ({
    networks: [{ network: '10.1.1.0/24', addresses: ['10.1.1.2'] }],
  }))
  const create = ['device', 'create-network', '--name', 'printer', '--location', 'Office']
  const { code, stderr } = await run([...create, '--address', '10.1.1.9'], admin(core))
  expect(code).toBe(5)
  expect(stderr).toContain(message)
  expect(stderr).toContain('Free at the moment: 10.1.1.2')
})

it('lets people list, remove and add devices of their own', async () => {
  core.answer(AuthServiceService.listOwnDevices, ({ page }) => ({
    devices: page?.page_token ? [LAPTOP] : [{ ...LAPTOP, id: 2 }],
    next_page_token: page?.page_token ? '' : 'more',
  }))
  core.answer(AuthServiceService.removeOwnDevice, () => ({}))
  core.answer(AuthServiceService.issueOwnDesktopActivation, () => ({ invitation: INVITATION }))
  expect(await json('my', 'devices')).toEqual([{ ...LAPTOP_JSON, id: 2 }, LAPTOP_JSON])
  expect(await json('my', 'remove', '3')).toEqual(LAPTOP_JSON)
  expect(core.requests(AuthServiceService.removeOwnDevice)).toEqual([{ id: 3 }])
  expect(await json('my', 'desktop', '--expires-in', '1h')).toMatchObject({
    token: INVITATION.token,
  })
  expect(core.requests(AuthServiceService.issueOwnDesktopActivation)).toEqual([
    { expires_in_seconds: 3600 },
  ])
  const { code } = await run(['my', 'remove', '9'], admin(core))
  expect(code).toBe(4)
  expect(core.requests(AuthServiceService.removeOwnDevice)).toHaveLength(1)
})

it('shows where a device is connected, since when and from where', async () => {
  const connection = {
    connected: true,
    connected_timestamp: 1_767_225_600,
    latest_handshake_timestamp: 1_767_225_660,
    endpoint: '203.0.113.9:51820',
    sent_bytes: 2_000,
    received_bytes: 1_000,
  }
  const locations = LAPTOP.locations.map((at) => ({ ...at, connection }))
  const devices = [{ ...LAPTOP, locations }]
  core.answer(DeviceServiceService.listDevices, () => ({ devices, next_page_token: '' }))
  const { stdout } = await run(['device', 'list'], admin(core))
  expect(stdout).toContain('Office since 2026-01-01 00:00')
  expect(stdout).toContain('from 203.0.113.9:51820')
  expect(await json('device', 'list')).toMatchObject([
    {
      locations: [
        {
          connection: {
            connected: true,
            connected_since: '2026-01-01T00:00:00Z',
            latest_handshake_at: '2026-01-01T00:01:00Z',
            endpoint: '203.0.113.9:51820',
            sent_bytes: 2_000,
            received_bytes: 1_000,
          },
        },
      ],
    },
  ])
})
