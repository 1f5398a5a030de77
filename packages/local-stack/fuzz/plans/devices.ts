import { DeviceServiceService as Devices } from '@defguard/proto/admin/v1/devices'
import { type Plan, plan } from '../plan.ts'
import type { Device, World } from '../world.ts'
import { SHARED_LOCATION } from './locations.ts'

const ACTIVATE = 'EnrollmentService/ActivateUser'
const ADD = 'DeviceService/AddDevice'
const CREATE = 'DeviceService/CreateNetworkDevice'

const anyDevice = (world: World) => world.pick(world.devices, ADD)

export const devicePlans: readonly Plan[] = [
  plan(Devices.listDevices, 'readPeople', (world) => ({
    request: {
      page: world.page(),
      username: '',
      location: world.rng.pick(['', SHARED_LOCATION]),
      pubkey: undefined,
      network_device: world.rng.pick([undefined, true, false]),
    },
  })),

  plan(Devices.getDevice, 'readPeople', async (world) => ({
    request: { id: (await anyDevice(world)).id },
  })),

  plan(
    Devices.watchConnections,
    'readPeople',
    async () => ({ request: { location: SHARED_LOCATION } }),
    { isFirstEnough: true },
  ),

  plan(
    Devices.addDevice,
    'people',
    async (world) => {
      const wanted = world.devicesFor.shift()
      const owner = wanted ?? (await world.pick(world.active, ACTIVATE)).username
      return {
        request: {
          request_id: '',
          username: owner,
          name: world.newName('laptop'),
          pubkey: world.newPublicKey(),
        },
        settle({ device }) {
          if (device) world.devices.put({ id: device.id, owner })
        },
        back: () => wanted && world.devicesFor.push(wanted),
      }
    },
    {
      // For somebody with a role, by a user admin.
      forbidden: async (world) => ({
        request: {
          request_id: '',
          username: world.accounts.auditor[0]?.username ?? '',
          name: world.newName('laptop'),
          pubkey: world.newPublicKey(),
        },
        bearer: world.sessions.user_admin.pick() ?? '',
      }),
    },
  ),

  plan(Devices.updateDevice, 'people', async (world) => {
    const { id } = await anyDevice(world)
    const [name, pubkey] = [world.newName('renamed'), world.newPublicKey()]
    const update_mask = world.rng.pick([['name'], ['pubkey'], ['name', 'pubkey']])
    return { request: { id, name, pubkey, update_mask } }
  }),

  plan(Devices.removeDevice, 'people', async (world) => {
    const device = await world.take<Device>(world.devices, ADD)
    return { request: { id: device.id }, back: () => world.devices.put(device) }
  }),

  plan(Devices.getDeviceConfig, 'read', async (world) => ({
    request: { id: (await anyDevice(world)).id, location: '' },
  })),

  plan(Devices.createNetworkDevice, 'write', (world) => ({
    request: {
      request_id: '',
      name: world.newName('printer'),
      location: SHARED_LOCATION,
      addresses: [],
      owner: world.rng.pick(['', 'admin']),
      pubkey: world.rng.pick([undefined, world.newPublicKey()]),
      expires_in_seconds: 0,
    },
    settle({ device }) {
      if (device) world.networkDevices.put(device.id)
    },
  })),

  plan(Devices.issueNetworkDeviceToken, 'write', async (world) => ({
    request: { id: await world.pick(world.networkDevices, CREATE), expires_in_seconds: 0 },
  })),

  plan(Devices.suggestAddresses, 'read', (world) => ({
    request: { location: SHARED_LOCATION, count: 1 + world.rng.int(10) },
  })),

  plan(Devices.checkAddresses, 'read', (world) => ({
    request: { location: SHARED_LOCATION, addresses: [world.address(), '10.0.0.1', 'odd'] },
  })),
]
