import type { AdminDevice, DeviceConnection } from '@defguard/proto/admin/v1/devices'
import type { DevicePlace, DeviceView } from '../app/devices.js'
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
      connection: at.connection && toConnection(at.connection),
    })),
    network_device: device.userId === null,
  }
}

function toConnection(connection: NonNullable<DevicePlace['connection']>): DeviceConnection {
  const { isConnected, latestHandshakeAt, connectedAt } = connection
  return {
    connected: isConnected,
    connected_timestamp: isConnected && connectedAt ? toUnixSeconds(connectedAt) : undefined,
    latest_handshake_timestamp: latestHandshakeAt ? toUnixSeconds(latestHandshakeAt) : undefined,
    endpoint: connection.endpoint ?? undefined,
    sent_bytes: connection.sentBytes,
    received_bytes: connection.receivedBytes,
  }
}
