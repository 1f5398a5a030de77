import { type Gateway, GatewayTokenState } from '@defguard/proto/admin/v1/locations'
import { facts } from './table.js'
import { toLocalTime, toRfc3339 } from './timestamps.js'
import { wordOf } from './words.js'

/** A gateway as `--json` gives it. */
export function toGatewayJson(gateway: Gateway) {
  const { last_seen_timestamp, connected_timestamp } = gateway
  return {
    id: gateway.id,
    location: gateway.location,
    name: gateway.name,
    state: stateOf(gateway),
    issued_at: toRfc3339(gateway.issued_timestamp),
    issued_by: gateway.issued_by ?? null,
    expires_at: toRfc3339(gateway.expires_timestamp),
    display_name: gateway.display_name ?? null,
    hostname: gateway.hostname ?? null,
    version: gateway.version ?? null,
    system: gateway.system ?? null,
    last_seen_at: last_seen_timestamp === undefined ? null : toRfc3339(last_seen_timestamp),
    connected_since: connected_timestamp === undefined ? null : toRfc3339(connected_timestamp),
  }
}

export function gatewayFacts(gateway: Gateway) {
  return facts({
    Id: gateway.id,
    Location: gateway.location,
    Name: gateway.name,
    'Token is': stateOf(gateway),
    Expires: toLocalTime(gateway.expires_timestamp),
    'Issued by': gateway.issued_by,
    'Calls itself': gateway.display_name,
    Host: gateway.hostname,
    Version: gateway.version,
    Connected: connection(gateway),
  })
}

export function stateOf({ state }: Gateway): string {
  return wordOf(GatewayTokenState, state)
}

export function connection({ connected_timestamp: since, last_seen_timestamp: last }: Gateway) {
  if (since !== undefined) return `since ${toLocalTime(since)}`
  return last === undefined ? 'never' : `no, last seen ${toLocalTime(last)}`
}

/** What has to be done about gateways that keep their last peers. */
export function unreachedHint(names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined
  return `Not connected, so perhaps still with their last peers: ${names.join(', ')}. Stop them where they run.`
}
