import { Configuration, type Peer, Update, UpdateType } from '@defguard/proto/gateway'
import { DomainError } from '../domain/errors.js'
import type { GatewayConfig, GatewayUpdate } from '../domain/gateway-updates.js'
import { type GatewayPeer, parsePeers } from '../domain/peer-lines.js'

/** No gateway decodes more. */
const MESSAGE_MAX_BYTES = 4 * 1024 * 1024
/** What an update has around a configuration. */
const UPDATE_BYTES = 16

/** @throws DomainError `location_too_large` */
export const encodeConfiguration = once((config: GatewayConfig): Buffer => {
  const bytes = Configuration.encode(toConfiguration(config)).finish()
  assertFits(config, bytes.length + UPDATE_BYTES)
  return asBuffer(bytes)
})

/** @throws DomainError `location_too_large` */
export const encodeUpdate = once((update: GatewayUpdate): Buffer => {
  const bytes = asBuffer(Update.encode(toUpdate(update)).finish())
  if (update.kind === 'network') assertFits(update.config, bytes.length)
  return bytes
})

/** Encodes each thing once, for however many gateways it is. */
function once<T extends object>(encode: (what: T) => Buffer): (what: T) => Buffer {
  const encoded = new WeakMap<T, Buffer>()
  return (what) => {
    const bytes = encoded.get(what) ?? encode(what)
    encoded.set(what, bytes)
    return bytes
  }
}

function assertFits({ name, peers }: GatewayConfig, bytes: number): void {
  if (bytes <= MESSAGE_MAX_BYTES) return
  const count = parsePeers(peers).length
  const message = `location ${name} has ${count} peers, more than the 4 MiB that a gateway takes`
  throw new DomainError('location_too_large', message)
}

function toConfiguration(config: GatewayConfig): Configuration {
  return {
    name: config.name,
    prvkey: config.privateKey,
    port: config.port,
    addresses: [...config.addresses],
    peers: parsePeers(config.peers).map((peer) => toPeer(peer, config.keepaliveInterval)),
  }
}

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

function toUpdate(update: GatewayUpdate): Update {
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

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}
