/** A WireGuard interface, as a gateway works with it. */
export interface WireGuard {
  /**
   * Replaces the whole interface: every tunnel negotiates anew. The addresses go first, so a private
   * key that is none leaves the peers as they were, without addresses.
   * @throws Error when it cannot be done
   */
  apply(configuration: InterfaceConfiguration): Promise<void>
  /** Adds the peer, or replaces what there is of it. */
  setPeer(peer: InterfacePeer): Promise<void>
  removePeer(publicKey: string): Promise<void>
  /** The peers as the interface has them now, not as somebody asked for them. */
  readPeers(): Promise<PeerReading[]>
  close(): Promise<void>
}

export interface InterfaceConfiguration {
  /** 32 bytes in base64. */
  readonly privateKey: string
  /** UDP port to listen on. */
  readonly port: number
  /** CIDRs; the host part is the interface's own address. */
  readonly addresses: readonly string[]
  readonly peers: readonly InterfacePeer[]
}

export interface InterfacePeer {
  /** 32 bytes in base64. */
  readonly publicKey: string
  /** CIDRs; that of an address alone ends in `/32` or `/128`. */
  readonly allowedIps: readonly string[]
  /** Seconds between keepalives; 0 for none. */
  readonly keepaliveInterval: number
}

export interface PeerReading extends InterfacePeer {
  /** `ip:port` or `[ip]:port`; undefined for one that was never heard of. */
  readonly endpoint: string | undefined
  /** Since the peer was configured. */
  readonly sentBytes: number
  readonly receivedBytes: number
  /** Unix seconds; 0 for never. */
  readonly latestHandshake: number
}

const KEY_BYTES = 32

/** @throws Error for what is no key */
export function parseKey(text: string): Buffer {
  const key = decodeKey(text)
  if (!key) throw new Error('This is not a WireGuard key.')
  return key
}

/** Undefined for what is no key. */
export function decodeKey(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.length === KEY_BYTES && bytes.toString('base64') === text ? bytes : undefined
}
