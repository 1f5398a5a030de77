import { type Gateway, GatewayTokenState } from '@defguard/proto/admin/v1/locations'
import type { GatewayView } from '../app/gateway-tokens.js'
import type { GatewayTokenState as State } from '../domain/gateway.js'
import { toUnixSeconds } from './timestamps.js'

const STATES: Readonly<Record<State, GatewayTokenState>> = {
  active: GatewayTokenState.ACTIVE,
  expiring: GatewayTokenState.EXPIRING,
  expired: GatewayTokenState.EXPIRED,
  revoked: GatewayTokenState.REVOKED,
}

export function toGateway(gateway: GatewayView): Gateway {
  return {
    id: gateway.id,
    location: gateway.locationName,
    name: gateway.name,
    state: STATES[gateway.state],
    issued_timestamp: toUnixSeconds(gateway.issuedAt),
    issued_by: gateway.issuedByName ?? undefined,
    expires_timestamp: toUnixSeconds(gateway.expiresAt),
    hostname: gateway.hostname ?? undefined,
    version: gateway.version ?? undefined,
    system: gateway.system ?? undefined,
    last_seen_timestamp: gateway.lastSeenAt ? toUnixSeconds(gateway.lastSeenAt) : undefined,
    connected_timestamp: gateway.connectedAt ? toUnixSeconds(gateway.connectedAt) : undefined,
    display_name: gateway.displayName ?? undefined,
  }
}
