import type { Location, LocationStatus } from '@defguard/proto/admin/v1/locations'
import { connection, stateOf, toGatewayJson } from './gateways.js'
import { facts, sections, table } from './table.js'

/** A location as `--json` gives it. */
export function toLocationJson(location: Location) {
  return {
    id: location.id,
    name: location.name,
    addresses: location.addresses,
    endpoint: location.endpoint,
    port: location.port,
    pubkey: location.pubkey,
    dns: location.dns,
    allowed_ips: location.allowed_ips,
    allow_all_groups: location.allow_all_groups,
    allowed_groups: location.allowed_groups,
    keepalive_interval: location.keepalive_interval,
    peer_disconnect_threshold: location.peer_disconnect_threshold,
  }
}

export function locationFacts(location: Location) {
  return facts({
    Id: location.id,
    Name: location.name,
    Addresses: location.addresses.join(', '),
    Endpoint: endpointOf(location),
    'Public key': location.pubkey,
    DNS: location.dns.join(', '),
    'Allowed IPs': location.allowed_ips.join(', '),
    'May use': whoMayUse(location),
    Keepalive: location.keepalive_interval === 0 ? 'none' : `${location.keepalive_interval} s`,
    'Gone after': `${location.peer_disconnect_threshold} s without a handshake`,
  })
}

export function endpointOf({ endpoint, port }: Location): string {
  return endpoint.includes(':') ? `[${endpoint}]:${port}` : `${endpoint}:${port}`
}

export function whoMayUse({ allow_all_groups, allowed_groups }: Location): string {
  return allow_all_groups ? 'everybody' : allowed_groups.join(', ')
}

/** The same with who is connected. */
export function toLocationStatusJson(location: Location, status: LocationStatus) {
  return {
    ...toLocationJson(location),
    peers: status.peers,
    connected_devices: status.connected_devices,
    gateways: status.gateways.map(toGatewayJson),
  }
}

export function locationStatus(location: Location, status: LocationStatus) {
  const gateways = table(status.gateways, {
    GATEWAY: ({ name }) => name,
    HOST: ({ hostname }) => hostname,
    VERSION: ({ version }) => version,
    CONNECTED: connection,
    'TOKEN IS': stateOf,
  })
  const devices = facts({
    Devices: `${status.connected_devices} of ${status.peers} connected`,
    ...(status.gateways.length === 0 && { Gateways: 'none' }),
  })
  const parts = [locationFacts(location), devices]
  return sections(...parts, ...(status.gateways.length > 0 ? [gateways] : []))
}
