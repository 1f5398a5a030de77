import type { AdminDevice } from '@defguard/proto/admin/v1/devices'
import type { DeviceView } from '../app/devices.js'
import { toUnixSeconds } from './timestamps.js'

export function toDevice(device: DeviceView): AdminDevice {
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
