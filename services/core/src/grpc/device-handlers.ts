import type { DeviceServiceServer, UpdateDeviceRequest } from '@defguard/proto/admin/v1/devices'
import type { ConnectionWatch } from '../app/connection-watch.js'
import type { DeviceChange, DeviceChanges } from '../app/device-changes.js'
import type { Devices } from '../app/devices.js'
import type { FreeAddresses } from '../app/free-addresses.js'
import type { NetworkDevices } from '../app/network-devices.js'
import { assertNoViolations } from '../domain/errors.js'
import type { AdminCalls } from './admin-calls.js'
import { toConnectionEvent } from './connection-messages.js'
import { toDevice } from './device-messages.js'
import { toInvitation, toLife } from './invitation-messages.js'
import { toPageRequest } from './page-messages.js'

export interface DeviceUseCases {
  readonly devices: Devices
  readonly deviceChanges: DeviceChanges
  readonly networkDevices: NetworkDevices
  readonly freeAddresses: FreeAddresses
  readonly connectionWatch: ConnectionWatch
}

/** Which field of the message is which of a device; also the list of paths a mask may name. */
const FIELDS = { name: 'name', pubkey: 'publicKey' } as const satisfies Partial<
  Record<keyof UpdateDeviceRequest, keyof DeviceChange>
>

export function deviceHandlers(calls: AdminCalls, app: DeviceUseCases): DeviceServiceServer {
  const { devices, deviceChanges, networkDevices, freeAddresses, connectionWatch } = app
  return {
    listDevices: calls.admin('readPeople', async (request) => {
      const { page, username, location, pubkey, network_device } = request
      const filter = { username, location, publicKey: pubkey, isNetworkDevice: network_device }
      const list = await devices.list(filter, toPageRequest(page))
      return { devices: list.items.map(toDevice), next_page_token: list.nextPageToken }
    }),

    getDevice: calls.admin('readPeople', async ({ id }) => ({
      device: toDevice(await devices.get(id)),
    })),

    watchConnections: calls.adminStream(
      'readPeople',
      async function* ({ location }, _admin, caller) {
        for await (const { at, event } of connectionWatch.follow(location, caller))
          yield { event: event && toConnectionEvent(event, at) }
      },
    ),

    addDevice: calls.admin('people', async ({ request_id, username, name, pubkey }, admin) => {
      const request = { requestId: request_id, username, name, publicKey: pubkey }
      return { device: toDevice(await deviceChanges.add(admin, request)) }
    }),

    updateDevice: calls.admin('people', async (request, admin) => {
      const change = toChange(request)
      return { device: toDevice(await deviceChanges.update(admin, request.id, change)) }
    }),

    removeDevice: calls.admin('people', async ({ id }, admin) => {
      await deviceChanges.remove(admin, id)
      return {}
    }),

    getDeviceConfig: calls.admin('read', async ({ id, location }, admin) => {
      const configs = await devices.configs(admin, id, location)
      return {
        configs: configs.map(({ locationName, config }) => ({ location: locationName, config })),
      }
    }),

    createNetworkDevice: calls.admin('write', async (request, admin) => {
      const { device, invitation } = await networkDevices.create(admin, {
        requestId: request.request_id,
        name: request.name,
        location: request.location,
        addresses: request.addresses,
        owner: request.owner,
        publicKey: request.pubkey,
        expiresInMs: toLife(request.expires_in_seconds),
      })
      return { device: toDevice(device), invitation: invitation && toInvitation(invitation) }
    }),

    issueNetworkDeviceToken: calls.admin('write', async ({ id, expires_in_seconds }, admin) => {
      const life = toLife(expires_in_seconds)
      return { invitation: toInvitation(await networkDevices.issueToken(admin, id, life)) }
    }),

    suggestAddresses: calls.admin('read', async ({ location, count }) => {
      const networks = await freeAddresses.suggest(location, count)
      return {
        networks: networks.map(({ network, addresses }) => ({
          network,
          addresses: [...addresses],
        })),
      }
    }),

    checkAddresses: calls.admin('read', async ({ location, addresses }) => {
      const checks = await freeAddresses.check(location, addresses)
      return {
        checks: checks.map(({ address, problem }) => ({
          address,
          available: problem === undefined,
          problem: problem ?? '',
        })),
      }
    }),
  }
}

function toChange(request: UpdateDeviceRequest): DeviceChange {
  const paths = request.update_mask ?? []
  const unknown = paths.filter((path) => !Object.hasOwn(FIELDS, path))
  assertNoViolations([
    ...unknown.map((path) => ({ field: 'update_mask', message: `there is no field "${path}"` })),
    ...(paths.length === 0 ? [{ field: 'update_mask', message: 'names no field' }] : []),
  ])
  const known = paths as (keyof typeof FIELDS)[]
  return Object.fromEntries(known.map((path) => [FIELDS[path], request[path]]))
}
