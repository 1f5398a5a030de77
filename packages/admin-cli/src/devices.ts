import type { AdminDevice, DeviceConnection } from '@defguard/proto/admin/v1/devices'
import { formatBytes } from './format-bytes.js'
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
    locations: device.locations.map(({ location, addresses, connection }) => ({
      location,
      addresses,
      ...(connection && { connection: toConnectionJson(connection) }),
    })),
  }
}

export function toConnectionJson(connection: DeviceConnection) {
  const { connected_timestamp: since, latest_handshake_timestamp: latest } = connection
  return {
    connected: connection.connected,
    connected_since: since === undefined ? null : toRfc3339(since),
    latest_handshake_at: latest === undefined ? null : toRfc3339(latest),
    endpoint: connection.endpoint ?? null,
    sent_bytes: connection.sent_bytes,
    received_bytes: connection.received_bytes,
  }
}

export function deviceTable(devices: readonly AdminDevice[]): Text {
  return table(devices, {
    ID: (device) => device.id,
    NAME: (device) => device.name,
    USER: (device) => device.user,
    CONFIGURED: (device) => (device.configured ? 'yes' : 'no'),
    ADDRESSES: addressesOf,
    CONNECTED: connectionsOf,
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
    Connected: connectionsOf(device),
  })
}

function addressesOf(device: AdminDevice): string {
  return device.locations
    .map(({ location, addresses }) => `${location}: ${addresses.join(', ')}`)
    .join('; ')
}

/** As its gateway has counted since it has known the device. */
export function trafficOf({ sent_bytes, received_bytes }: DeviceConnection): string {
  return `(${formatBytes(sent_bytes)} to it, ${formatBytes(received_bytes)} from it)`
}

/** Where it is connected, since when, from where, and how much has gone through. */
function connectionsOf(device: AdminDevice): string {
  return device.locations
    .filter(({ connection }) => connection?.connected)
    .map(({ location, connection }) => {
      const since = connection?.connected_timestamp
      return [
        location,
        ...(since === undefined ? [] : [`since ${toLocalTime(since)}`]),
        ...(connection?.endpoint ? [`from ${connection.endpoint}`] : []),
        ...(connection ? [trafficOf(connection)] : []),
      ].join(' ')
    })
    .join('; ')
}
