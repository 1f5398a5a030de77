import { isDeepStrictEqual } from 'node:util'
import { differingLines, type GatewayPeer, type PeerLines, parsePeers } from './peer-lines.js'

/** All that a gateway is told, as it was at one moment. */
export interface GatewayConfig {
  readonly name: string
  readonly privateKey: string
  readonly port: number
  readonly addresses: readonly string[]
  /** Seconds, of every peer; 0 means none. */
  readonly keepaliveInterval: number
  /** When that was last another; null: never. */
  readonly keepaliveChangedAt: Date | null
  readonly peers: PeerLines
  /** Of the location, at that moment. */
  readonly revision: number
}

export interface NetworkUpdate {
  readonly kind: 'network'
  readonly config: GatewayConfig
}

export type GatewayUpdate =
  | NetworkUpdate
  | {
      readonly kind: 'peer_created' | 'peer_changed'
      readonly peer: GatewayPeer
      readonly keepaliveInterval: number
    }
  | { readonly kind: 'peer_deleted'; readonly publicKey: string }

/**
 * What a gateway that has been told one configuration has to be told to have another. What goes comes
 * first: an address or a key that has moved must not be taken from whom it has moved to. A gateway
 * replaces its whole interface at `network`, so everybody's tunnel stutters: that is for when the
 * interface itself differs.
 */
export function updatesBetween(before: GatewayConfig, after: GatewayConfig): GatewayUpdate[] {
  if (!isDeepStrictEqual(interfaceOf(before), interfaceOf(after)))
    return [{ kind: 'network', config: after }]
  const { keepaliveInterval } = after
  const isKeepaliveNew = keepaliveInterval !== before.keepaliveInterval
  const [old, current] = isKeepaliveNew
    ? [before.peers, after.peers]
    : differingLines(before.peers, after.peers)
  const left = new Map(parsePeers(old).map((peer) => [peer.publicKey, peer.addresses]))
  const upserts: GatewayUpdate[] = []
  for (const peer of parsePeers(current)) {
    const addresses = left.get(peer.publicKey)
    left.delete(peer.publicKey)
    if (!addresses) upserts.push({ kind: 'peer_created', peer, keepaliveInterval })
    else if (isKeepaliveNew || !isDeepStrictEqual(addresses, peer.addresses))
      upserts.push({ kind: 'peer_changed', peer, keepaliveInterval })
  }
  const deletes = [...left.keys()].map(
    (publicKey) => ({ kind: 'peer_deleted', publicKey }) as const,
  )
  return [...deletes, ...upserts]
}

/**
 * The keepalive of every peer, for a gateway that was away when it changed: one that comes back does
 * not look at it, and takes an interface that is the same otherwise for what it has.
 */
export function keepaliveUpdates({ peers, keepaliveInterval }: GatewayConfig): GatewayUpdate[] {
  return parsePeers(peers).map((peer) => ({ kind: 'peer_changed', peer, keepaliveInterval }))
}

function interfaceOf({ name, privateKey, port, addresses }: GatewayConfig) {
  return { name, privateKey, port, addresses }
}
