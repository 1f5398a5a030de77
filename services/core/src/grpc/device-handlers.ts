import type { AdminDevice, DeviceServiceServer } from '@defguard/proto/admin/v1/devices'
import type { Devices, DeviceView } from '../app/devices.js'
import { toPageRequest } from './page-messages.js'
import { toUnixSeconds } from './timestamps.js'
import type { Calls } from './unary.js'

export function deviceHandlers(calls: Calls, devices: Devices): DeviceServiceServer {
  return {
    listDevices: calls.admin('read', async ({ page, username, location }) => {
      const list = await devices.list({ username, location }, toPageRequest(page))
      return { devices: list.items.map(toDevice), next_page_token: list.nextPageToken }
    }),

    getDeviceConfig: calls.admin('read', async ({ id, location }, admin) => {
      const configs = await devices.configs(admin, id, location)
      return {
        configs: configs.map(({ locationName, config }) => ({ location: locationName, config })),
      }
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
  }
}
