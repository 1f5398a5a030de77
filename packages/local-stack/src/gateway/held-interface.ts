import { isIP } from 'node:net'
import type { Configuration, Peer } from './contract.js'
import { decodeKey, type InterfacePeer, type WireGuard } from './wireguard.js'

const ZERO_KEY = Buffer.alloc(32).toString('base64')
const KEEPALIVE_MAX = 65_535
/** By the version of IP. */
const ADDRESS_BITS: Readonly<Record<number, number>> = { 4: 32, 6: 128 }
const PORT_BITS = 0xffff

/** What a gateway believes its interface to be: by this it decides whether to touch it. */
export class HeldInterface {
  #network: Omit<Configuration, 'peers'> | undefined
  #peers = new Map<string, Peer>()

  constructor(private readonly wireGuard: WireGuard) {}

  /** Resolves to whether the interface was replaced; it is left alone where nothing differs. */
  async configure(configuration: Configuration): Promise<boolean> {
    if (this.#holds(configuration)) return false
    const { peers, ...network } = configuration
    await this.wireGuard.apply({
      privateKey: network.prvkey,
      port: network.port & PORT_BITS,
      addresses: network.addresses.filter(isCidr),
      peers: peers.map(toInterfacePeer),
    })
    this.#network = network
    this.#peers = new Map(peers.map((peer) => [peer.pubkey, peer]))
    return true
  }

  async setPeer(peer: Peer): Promise<void> {
    this.#peers.set(peer.pubkey, peer)
    await this.wireGuard.setPeer(toInterfacePeer(peer))
  }

  async removePeer(peer: Peer): Promise<void> {
    this.#peers.delete(peer.pubkey)
    await this.wireGuard.removePeer(toInterfacePeer(peer).publicKey)
  }

  /** Keepalives are not compared, and lists of addresses are, as the texts they are. */
  #holds({ name, prvkey, port, addresses, peers }: Configuration): boolean {
    const held = this.#network
    return (
      held?.name === name &&
      held.prvkey === prvkey &&
      held.port === port &&
      areEqual(held.addresses, addresses) &&
      this.#peers.size === peers.length &&
      peers.every(({ pubkey, allowed_ips }) => {
        const peer = this.#peers.get(pubkey)
        return peer !== undefined && areEqual(peer.allowed_ips, allowed_ips)
      })
    )
  }
}

function toInterfacePeer({ pubkey, allowed_ips, keepalive_interval = 0 }: Peer): InterfacePeer {
  return {
    publicKey: decodeKey(pubkey) ? pubkey : ZERO_KEY,
    allowedIps: allowed_ips.map(withMask).filter(isCidr),
    keepaliveInterval: keepalive_interval > KEEPALIVE_MAX ? 0 : keepalive_interval,
  }
}

function withMask(text: string): string {
  const bits = ADDRESS_BITS[isIP(text)]
  return bits === undefined ? text : `${text}/${bits}`
}

function isCidr(text: string): boolean {
  const [, address = '', bits] = /^(.*)\/(\d{1,3})$/.exec(text) ?? []
  const bitsMax = ADDRESS_BITS[isIP(address)]
  return bitsMax !== undefined && Number(bits) <= bitsMax
}

function areEqual(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((text, i) => text === others[i])
}
