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
  /** Whose an allowed IP was last; who has none any more may still stand here. */
  readonly #owners = new Map<string, string>()
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
    for (const ip of peer.allowedIps) {
      const owner = this.#peers.get(this.#owners.get(ip) ?? '')
      if (owner) {
        const allowedIps = owner.allowedIps.filter((other) => other !== ip)
        this.#peers.set(owner.publicKey, { ...owner, allowedIps })
      }
      this.#owners.set(ip, peer.publicKey)
    }
    const before = this.#peers.get(peer.publicKey) ?? NEVER_HEARD_OF
    this.#peers.set(peer.publicKey, { ...before, ...peer })
  }
}
