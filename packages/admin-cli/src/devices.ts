import type { AdminDevice } from '@defguard/proto/admin/v1/devices'
import { facts, type Text } from './table.js'
import { toRfc3339 } from './timestamps.js'

export function toDeviceJson(device: AdminDevice) {
  return {
    id: device.id,
    name: device.name,
    pubkey: device.pubkey,
    user: device.user,
    network_device: device.network_device,
    configured: device.configured,
    created_at: toRfc3339(device.created_timestamp),
    locations: device.locations.map(({ location, addresses }) => ({ location, addresses })),
  }
}

export function deviceFacts(device: AdminDevice): Text {
  return facts({
    Id: device.id,
    Name: device.name,
    'Public key': device.pubkey || 'none yet',
    [device.network_device ? 'Prepared under' : 'User']: device.user,
    Configured: device.configured ? 'yes' : 'no',
    Addresses: addressesOf(device),
  })
}

export function addressesOf(device: AdminDevice): string {
  return device.locations
    .map(({ location, addresses }) => `${location}: ${addresses.join(', ')}`)
    .join('; ')
}
