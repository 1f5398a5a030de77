import {
  type ChannelCredentials,
  type Client,
  type ClientReadableStream,
  type ClientWritableStream,
  credentials,
  Metadata,
  type ServiceError,
} from '@grpc/grpc-js'
import {
  type Configuration,
  GatewayService,
  type Peer,
  type Update,
} from '../../../packages/local-stack/src/gateway/contract.js'
import { newPublicKey, type TestCore, waitFor } from './_core.js'

export type { Configuration, Peer, Update }

export type Headers = Readonly<Record<string, string | undefined>>

/** What a gateway of 1.6.5 sends with each call. */
export const HEADERS: Headers = {
  hostname: 'gw.internal',
  'defguard-component-version': '1.6.5',
  'defguard-component-system': 'Linux;6.1.0;x86_64',
}

/** Speaks to core as a Defguard gateway does. */
export class TestGateway {
  readonly #client: Client & Record<string, (...args: unknown[]) => unknown>

  constructor(
    port: number,
    private readonly headers: Headers,
    way: ChannelCredentials = credentials.createInsecure(),
  ) {
    this.#client = new GatewayService(`localhost:${port}`, way) as never
  }

  config(name?: string): Promise<{ config: Configuration; metadata: Metadata }> {
    return new Promise((resolve, reject) => {
      let metadata = new Metadata()
      const request = name === undefined ? {} : { name }
      const done = (err: ServiceError | null, config: Configuration) =>
        err ? reject(err) : resolve({ config, metadata })
      const call = this.#client.Config?.(
        request,
        this.metadata(),
        done,
      ) as ClientReadableStream<never>
      call.on('metadata', (received) => {
        metadata = received
      })
    })
  }

  /** What Config answers with, as it comes. */
  configBytes(): Promise<Buffer> {
    const path = '/gateway.GatewayService/Config'
    const asTheyAre = (bytes: Buffer) => bytes
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        path,
        asTheyAre,
        asTheyAre,
        Buffer.alloc(0),
        this.metadata(),
        (err, bytes) => (err ? reject(err) : resolve(bytes as Buffer)),
      )
    })
  }

  updates(): Follower {
    return new Follower(this.#client.Updates?.({}, this.metadata()) as ClientReadableStream<Update>)
  }

  /** Sends what a gateway has counted, and then says that this is all. */
  async stats(updates: readonly object[]): Promise<void> {
    const stats = this.openStats()
    for (const update of updates) stats.call.write(update)
    stats.call.end()
    const err = await stats.ended
    if (err) throw err
  }

  /** `ended` resolves when core answers, with an error or without. */
  openStats() {
    let end: (err: ServiceError | undefined) => void = () => {}
    const ended = new Promise<ServiceError | undefined>((resolve) => {
      end = resolve
    })
    const done = (err: ServiceError | null) => end(err ?? undefined)
    const call = this.#client.Stats?.(this.metadata(), done) as ClientWritableStream<object>
    return { call, ended }
  }

  close(): void {
    this.#client.close()
  }

  private metadata(): Metadata {
    const metadata = new Metadata()
    for (const [name, value] of Object.entries(this.headers))
      if (value !== undefined) metadata.set(name, value)
    return metadata
  }
}

/** A stream of updates, and what a gateway has made of them. */
export class Follower {
  /** In the order of their arrival. */
  readonly updates: Update[] = []
  readonly opened: Promise<Metadata>
  readonly ended: Promise<ServiceError | undefined>
  #network: Configuration | undefined
  #peers = new Map<string, Peer>()

  constructor(readonly call: ClientReadableStream<Update>) {
    this.opened = new Promise((resolve) => call.once('metadata', resolve))
    this.ended = new Promise((resolve) => {
      call.on('error', resolve)
      call.on('end', () => resolve(undefined))
    })
    call.on('data', (update: Update) => this.take(update))
  }

  /** The interface as it is now; peers by key. */
  get now() {
    return { ...this.#network, peers: byKey([...this.#peers.values()]) }
  }

  /** Waits for so many updates in all. */
  async seen(count: number): Promise<Update[]> {
    return waitFor(() => (this.updates.length >= count ? this.updates : undefined))
  }

  stop(): void {
    this.call.cancel()
  }

  private take(update: Update): void {
    this.updates.push(update)
    const { update_type, peer, network } = update
    if (network) {
      this.#network = network
      this.#peers = new Map(network.peers.map((one) => [one.pubkey, one]))
    } else if (peer && update_type === 'DELETE') this.#peers.delete(peer.pubkey)
    else if (peer) this.#peers.set(peer.pubkey, peer)
  }
}

export function byKey(peers: readonly Peer[]): Peer[] {
  return [...peers].sort((a, b) => (a.pubkey < b.pubkey ? -1 : 1))
}

export async function issueToken(core: TestCore, location: string, name = 'gw-1') {
  const request = { request_id: '', location, name }
  const { gateway, token } = await core.clients.locations.issueGatewayToken(request)
  if (!gateway) throw new Error('no gateway came back')
  return { id: gateway.id, token }
}

/** Somebody active with one device; its key. */
export async function activePerson(
  core: TestCore,
  username: string,
  more: { groups?: string[] } = {},
): Promise<{ pubkey: string; deviceId: number }> {
  await core.createUser(username, { ...more, password: 'Correct-Anna-Battery-1' })
  return addDevice(core, username)
}

export async function addDevice(core: TestCore, username: string, pubkey = newPublicKey()) {
  const request = { request_id: '', username, name: `laptop ${pubkey.slice(0, 4)}`, pubkey }
  const { device } = await core.clients.devices.addDevice(request)
  if (!device) throw new Error('no device came back')
  return { pubkey, deviceId: device.id }
}

/** A new gateway of a location, as it is once it has its configuration and follows. */
export async function followLocation(core: TestCore, location: string) {
  const { id, token: authorization } = await issueToken(core, location)
  const gateway = new TestGateway(core.core.gatewayPort, { ...HEADERS, authorization })
  const { config } = await gateway.config()
  const follower = gateway.updates()
  await follower.seen(1)
  return { id, gateway, config, follower }
}
