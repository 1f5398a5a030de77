import type { Location } from '@defguard/proto/admin/v1/locations'
import { facts } from './table.js'

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
  })
}

export function endpointOf({ endpoint, port }: Location): string {
  return endpoint.includes(':') ? `[${endpoint}]:${port}` : `${endpoint}:${port}`
}

export function whoMayUse({ allow_all_groups, allowed_groups }: Location): string {
  return allow_all_groups ? 'everybody' : allowed_groups.join(', ')
}
