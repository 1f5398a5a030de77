import type { AdminDevice } from '@defguard/proto/admin/v1/devices'
import { facts, type Text, table } from './table.js'
import { toLocalTime, toRfc3339 } from './timestamps.js'

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

export function deviceTable(devices: readonly AdminDevice[]): Text {
  return table(devices, {
    ID: (device) => device.id,
    NAME: (device) => device.name,
    USER: (device) => device.user,
    CONFIGURED: (device) => (device.configured ? 'yes' : 'no'),
    ADDRESSES: addressesOf,
    KIND: (device) => (device.network_device ? 'network' : 'personal'),
    'PUBLIC KEY': (device) => device.pubkey,
    CREATED: (device) => toLocalTime(device.created_timestamp),
  })
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

function addressesOf(device: AdminDevice): string {
  return device.locations
    .map(({ location, addresses }) => `${location}: ${addresses.join(', ')}`)
    .join('; ')
}
