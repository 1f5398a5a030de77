import {
  type InterfaceConfiguration,
  type InterfacePeer,
  type PeerReading,
  parseKey,
  type WireGuard,
} from './wireguard.js'

const NEVER_HEARD_OF = { endpoint: undefined, sentBytes: 0, receivedBytes: 0, latestHandshake: 0 }

/** An interface without a network, for tests with many gateways. */
export class MemoryWireGuard implements WireGuard {
  readonly #peers = new Map<string, PeerReading>()
  /** What it was given last; undefined for nothing. */
  privateKey: string | undefined
  port = 0
  addresses: readonly string[] = []
  /** How often it was replaced as a whole. */
  timesApplied = 0

  async apply({ privateKey, port, addresses, peers }: InterfaceConfiguration): Promise<void> {
    this.addresses = addresses
    parseKey(privateKey)
    this.privateKey = privateKey
    this.port = port
    this.#peers.clear()
    for (const peer of peers) this.#put(peer)
    this.timesApplied++
  }

  async setPeer(peer: InterfacePeer): Promise<void> {
    this.#put(peer)
  }

  async removePeer(publicKey: string): Promise<void> {
    this.#peers.delete(publicKey)
  }

  async readPeers(): Promise<PeerReading[]> {
    return [...this.#peers.values()]
  }

  async close(): Promise<void> {}

  /** Makes it count, as if the peer had been in touch. */
  count(publicKey: string, counters: Partial<Omit<PeerReading, 'publicKey'>>): void {
    const peer = this.#peers.get(publicKey)
    if (!peer) throw new Error('The interface has no such peer.')
    this.#peers.set(publicKey, { ...peer, ...counters })
  }

  /** WireGuard gives an allowed IP to one peer only: to the one that came last. */
  #put(peer: InterfacePeer): void {
    const taken = new Set(peer.allowedIps)
    for (const [key, other] of this.#peers) {
      const allowedIps = other.allowedIps.filter((ip) => !taken.has(ip))
      if (allowedIps.length < other.allowedIps.length)
        this.#peers.set(key, { ...other, allowedIps })
    }
    const before = this.#peers.get(peer.publicKey) ?? NEVER_HEARD_OF
    this.#peers.set(peer.publicKey, { ...before, ...peer })
  }
}
