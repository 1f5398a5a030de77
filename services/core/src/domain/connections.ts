/** A gateway that follows its location's changes. */
export interface FollowingGateway {
  readonly id: number
  readonly name: string
  readonly hostname: string | null
  readonly connectedAt: Date
}

/** A device that is connected, and what has gone through. */
export interface ConnectedPeer {
  readonly id: number
  readonly name: string
  readonly username: string | null
  readonly endpoint: string | null
  readonly sentBytes: number
  readonly receivedBytes: number
  readonly latestHandshakeAt: Date
  readonly connectedAt: Date
}

/** Who was connected to a location at one moment, each by id. */
export interface Connections {
  readonly gateways: ReadonlyMap<number, FollowingGateway>
  readonly devices: ReadonlyMap<number, ConnectedPeer>
}

export type ConnectionEvent =
  | {
      readonly kind: 'gateway_connected' | 'gateway_disconnected'
      readonly gateway: FollowingGateway
    }
  | {
      readonly kind: 'device_connected' | 'device_disconnected' | 'device_traffic'
      readonly device: ConnectedPeer
    }

export const NOBODY: Connections = { gateways: new Map(), devices: new Map() }

/** What has happened between two looks, as far as the second one tells. */
export function* eventsBetween(
  before: Connections,
  now: Connections,
): Generator<ConnectionEvent, void, undefined> {
  for (const [id, gateway] of before.gateways)
    if (!now.gateways.has(id)) yield { kind: 'gateway_disconnected', gateway }
  for (const [id, gateway] of now.gateways)
    if (!before.gateways.has(id)) yield { kind: 'gateway_connected', gateway }
  for (const [id, device] of before.devices)
    if (!now.devices.has(id)) yield { kind: 'device_disconnected', device }
  for (const [id, device] of now.devices) {
    const earlier = before.devices.get(id)
    if (!earlier) yield { kind: 'device_connected', device }
    else if (hasMoved(earlier, device)) yield { kind: 'device_traffic', device }
  }
}

function hasMoved(before: ConnectedPeer, now: ConnectedPeer): boolean {
  return (
    before.sentBytes !== now.sentBytes ||
    before.receivedBytes !== now.receivedBytes ||
    before.endpoint !== now.endpoint
  )
}
