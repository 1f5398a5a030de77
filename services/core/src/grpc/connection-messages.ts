import {
  ConnectionEventKind,
  type ConnectionEvent as Message,
} from '@defguard/proto/admin/v1/devices'
import type { ConnectionEvent } from '../domain/connections.js'
import { toUnixSeconds } from './timestamps.js'

const KINDS: Readonly<Record<ConnectionEvent['kind'], ConnectionEventKind>> = {
  gateway_connected: ConnectionEventKind.GATEWAY_CONNECTED,
  gateway_disconnected: ConnectionEventKind.GATEWAY_DISCONNECTED,
  device_connected: ConnectionEventKind.DEVICE_CONNECTED,
  device_disconnected: ConnectionEventKind.DEVICE_DISCONNECTED,
  device_traffic: ConnectionEventKind.DEVICE_TRAFFIC,
}

export function toConnectionEvent(event: ConnectionEvent, at: Date): Message {
  const head = { timestamp: toUnixSeconds(at), kind: KINDS[event.kind] }
  if ('gateway' in event) {
    const { name, hostname, connectedAt } = event.gateway
    return {
      ...head,
      gateway: name,
      hostname: hostname ?? undefined,
      gateway_connected_timestamp: toUnixSeconds(connectedAt),
      connection: undefined,
    }
  }
  const { device } = event
  return {
    ...head,
    device_id: device.id,
    device: device.name,
    user: device.username ?? undefined,
    connection: {
      connected: event.kind !== 'device_disconnected',
      connected_timestamp: toUnixSeconds(device.connectedAt),
      latest_handshake_timestamp: toUnixSeconds(device.latestHandshakeAt),
      endpoint: device.endpoint ?? undefined,
      sent_bytes: device.sentBytes,
      received_bytes: device.receivedBytes,
    },
  }
}
