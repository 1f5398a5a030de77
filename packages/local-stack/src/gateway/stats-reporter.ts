import type { ClientWritableStream, Metadata, ServiceError } from '@grpc/grpc-js'
import type { GatewayClient, PeerStats, StatsUpdate } from './contract.js'
import type { PeerReading, WireGuard } from './wireguard.js'

/** Tells core, again and again, of the peers that had a handshake and have changed since. */
export class StatsReporter {
  /** Why core has ended it: with an answer, it should not have. */
  readonly ended: Promise<string>
  readonly #call: ClientWritableStream<StatsUpdate>
  readonly #timer: NodeJS.Timeout
  readonly #told = new Map<string, string>()
  #id = 0
  #reading: Promise<void> = Promise.resolve()

  constructor(
    client: GatewayClient,
    metadata: Metadata,
    private readonly wireGuard: WireGuard,
    periodMs: number,
    private readonly onFailure: (err: unknown) => void,
  ) {
    const { promise, resolve } = Promise.withResolvers<string>()
    this.ended = promise
    const done = (err: ServiceError | null) => resolve(err ? err.message : 'core has answered')
    this.#call = client.Stats(metadata, done)
    this.#call.on('error', () => {}) // `done` is told as well
    this.#timer = setInterval(() => this.#report(), periodMs)
    this.#report()
  }

  /** Resolves when nothing reads the interface any more. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#call.cancel()
    await this.#reading
  }

  #report(): void {
    this.#reading = this.#reading.then(() => this.#readAndSend()).catch(this.onFailure)
  }

  async #readAndSend(): Promise<void> {
    const peers = await this.wireGuard.readPeers()
    const news = peers.filter(({ latestHandshake }) => latestHandshake > 0).filter(this.#isNews)
    if (news.length === 0) this.#call.write({ id: ++this.#id, empty: {} })
    for (const peer of news) this.#call.write({ id: ++this.#id, peer_stats: toStats(peer) })
  }

  readonly #isNews = (peer: PeerReading): boolean => {
    const text = JSON.stringify(peer)
    if (this.#told.get(peer.publicKey) === text) return false
    this.#told.set(peer.publicKey, text)
    return true
  }
}

function toStats(peer: PeerReading): PeerStats {
  return {
    public_key: peer.publicKey,
    endpoint: peer.endpoint ?? '',
    upload: peer.sentBytes,
    download: peer.receivedBytes,
    keepalive_interval: peer.keepaliveInterval,
    latest_handshake: peer.latestHandshake,
    allowed_ips: peer.allowedIps.join(''),
  }
}
