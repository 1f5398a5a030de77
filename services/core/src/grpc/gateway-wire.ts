import { Configuration, type Peer, type Update, UpdateType } from '@defguard/proto/gateway'
import { DomainError } from '../domain/errors.js'
import type { GatewayConfig, GatewayPeer, GatewayUpdate } from '../domain/gateway-updates.js'

/** No gateway decodes more. */
const MESSAGE_MAX_BYTES = 4 * 1024 * 1024

/** @throws DomainError `location_too_large` */
export function toConfiguration(config: GatewayConfig): Configuration {
  const configuration = {
    name: config.name,
    prvkey: config.privateKey,
    port: config.port,
    addresses: [...config.addresses],
    peers: config.peers.map((peer) => toPeer(peer, config.keepaliveInterval)),
  }
  // Each peer takes a hundred bytes or less; only a large one is worth counting.
  if (config.peers.length * PEER_MIN_BYTES > MESSAGE_MAX_BYTES / 4) assertFits(configuration)
  return configuration
}

const PEER_MIN_BYTES = 50

function assertFits(configuration: Configuration): void {
  const bytes = Configuration.encode(configuration).finish().length
  if (bytes + UPDATE_BYTES <= MESSAGE_MAX_BYTES) return
  const { name, peers } = configuration
  const message = `location ${name} has ${peers.length} peers, more than the 4 MiB that a gateway takes`
  throw new DomainError('location_too_large', message)
}

/** What an update has around it. */
const UPDATE_BYTES = 16

/**
 * The one way in which a peer is written: a gateway compares texts, and another spelling or order
 * would make it set up its interface anew.
 */
function toPeer({ publicKey, addresses }: GatewayPeer, keepaliveInterval: number): Peer {
  return {
    pubkey: publicKey,
    allowed_ips: [...addresses],
    preshared_key: undefined,
    keepalive_interval: keepaliveInterval,
  }
}

/** @throws DomainError `location_too_large` */
export function toUpdate(update: GatewayUpdate): Update {
  switch (update.kind) {
    case 'network': {
      const network = toConfiguration(update.config)
      return { update_type: UpdateType.MODIFY, peer: undefined, network }
    }
    case 'peer_created':
      return { update_type: UpdateType.CREATE, peer: toPeer(update.peer, update.keepaliveInterval) }
    case 'peer_changed':
      return { update_type: UpdateType.MODIFY, peer: toPeer(update.peer, update.keepaliveInterval) }
    case 'peer_deleted': {
      const gone = { pubkey: update.publicKey, allowed_ips: [] }
      return { update_type: UpdateType.DELETE, peer: gone }
    }
  }
}
