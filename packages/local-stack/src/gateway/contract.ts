import { fileURLToPath } from 'node:url'
import {
  type Client,
  type ClientReadableStream,
  type ClientUnaryCall,
  type ClientWritableStream,
  loadPackageDefinition,
  type Metadata,
  type ServiceClientConstructor,
  type ServiceError,
} from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'

const CONTRACT = fileURLToPath(new URL('../../../../proto/gateway/gateway.proto', import.meta.url))

/** As another program reads the contract, with nothing that was generated for core. */
const loaded = loadPackageDefinition(
  loadSync(CONTRACT, { keepCase: true, enums: String, longs: Number, defaults: true }),
)
export const { GatewayService } = loaded.gateway as unknown as {
  GatewayService: ServiceClientConstructor
}

/** A peer as it is on the wire; what each field means is said in the contract. */
export interface Peer {
  readonly pubkey: string
  readonly allowed_ips: readonly string[]
  readonly keepalive_interval?: number
}

export interface Configuration {
  readonly name: string
  readonly prvkey: string
  readonly port: number
  readonly peers: readonly Peer[]
  readonly addresses: readonly string[]
}

export interface Update {
  readonly update_type: 'CREATE' | 'MODIFY' | 'DELETE'
  readonly peer?: Peer
  readonly network?: Configuration
}

export interface PeerStats {
  readonly public_key: string
  readonly endpoint: string
  readonly upload: number
  readonly download: number
  readonly keepalive_interval: number
  readonly latest_handshake: number
  readonly allowed_ips: string
}

export type StatsUpdate = { readonly id: number } & (
  | { readonly empty: object }
  | { readonly peer_stats: PeerStats }
)

type Done<T> = (err: ServiceError | null, reply?: T) => void

export interface GatewayClient extends Client {
  Config(request: { name?: string }, metadata: Metadata, done: Done<Configuration>): ClientUnaryCall
  Updates(request: object, metadata: Metadata): ClientReadableStream<Update>
  Stats(metadata: Metadata, done: Done<object>): ClientWritableStream<StatsUpdate>
}
