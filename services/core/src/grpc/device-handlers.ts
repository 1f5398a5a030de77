import type { AdminDevice, DeviceServiceServer } from '@defguard/proto/admin/v1/devices'
import type { Devices, DeviceView } from '../app/devices.js'
import type { NetworkDevices } from '../app/network-devices.js'
import { toInvitation, toLife } from './invitation-messages.js'
import { toPageRequest } from './page-messages.js'
import { toUnixSeconds } from './timestamps.js'
import type { Calls } from './unary.js'

export function deviceHandlers(
  calls: Calls,
  devices: Devices,
  networkDevices: NetworkDevices,
): DeviceServiceServer {
  return {
    listDevices: calls.admin('readPeople', async ({ page, username, location }) => {
      const list = await devices.list({ username, location }, toPageRequest(page))
      return { devices: list.items.map(toDevice), next_page_token: list.nextPageToken }
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
  }
}

function toDevice(device: DeviceView): AdminDevice {
  return {
    id: device.id,
    name: device.name,
    pubkey: device.publicKey ?? '',
    user: device.username,
    configured: device.isConfigured,
    created_timestamp: toUnixSeconds(device.createdAt),
    locations: device.addresses.map((at) => ({
      location: at.locationName,
      addresses: [...at.addresses],
    })),
    network_device: device.userId === null,
  }
}
