import {
  type ChannelCredentials,
  type ClientReadableStream,
  Metadata,
  type ServiceError,
} from '@grpc/grpc-js'
import { type Configuration, type GatewayClient, GatewayService, type Update } from './contract.js'
import { StatsReporter } from './stats-reporter.js'
import type { WireGuard } from './wireguard.js'

export interface CoreAddress {
  /** Where core listens for gateways, `host:port`. */
  readonly target: string
  readonly credentials: ChannelCredentials
  /** As core has issued it. Secret. */
  readonly token: string
  /** What the gateway says of its machine. */
  readonly hostname: string
}

/** What a gateway of this version says of itself. */
export const VERSION = '1.6.5'
const SYSTEM = 'Linux;6.1.0;x86_64'

const CHANNEL_OPTIONS = {
  'grpc.enable_http_proxy': 0,
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_permit_without_calls': 1,
  // The gateway decides when to try again, not its channel.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
}

/** The calls that a gateway makes, with what it shows in each. */
export class CoreCalls {
  readonly #client: GatewayClient
  readonly #metadata = new Metadata()

  constructor({ target, credentials, token, hostname }: CoreAddress) {
    this.#client = new GatewayService(target, credentials, CHANNEL_OPTIONS) as never
    this.#metadata.set('authorization', token)
    this.#metadata.set('hostname', hostname)
    this.#metadata.set('defguard-component-version', VERSION)
    this.#metadata.set('defguard-component-system', SYSTEM)
  }

  /** Resolves to core's version, too, if it tells it. */
  config(name: string | undefined, signal: AbortSignal): Promise<ConfigReply> {
    return new Promise((resolve, reject) => {
      let version: string | undefined
      const call = this.#client.Config(
        name === undefined ? {} : { name },
        this.#metadata,
        (err, configuration) => {
          signal.removeEventListener('abort', cancel)
          if (err || !configuration) reject(err)
          else resolve({ version, configuration })
        },
      )
      const cancel = () => call.cancel()
      signal.addEventListener('abort', cancel)
      call.on('metadata', (metadata) => {
        version = metadata.get('defguard-component-version')[0]?.toString()
      })
    })
  }

  /** Resolves when core has accepted the call, which it says with its first headers. */
  updates(signal: AbortSignal): Promise<UpdateStream> {
    const call = this.#client.Updates({}, this.#metadata)
    const cancel = () => call.cancel()
    signal.addEventListener('abort', cancel)
    const ended = new Promise<string>((resolve) => {
      call.on('error', (err: ServiceError) => resolve(err.message))
      call.on('end', () => resolve('core has ended the updates'))
    }).finally(() => signal.removeEventListener('abort', cancel))
    return new Promise((resolve, reject) => {
      call.once('metadata', () => resolve({ call, ended }))
      call.once('error', reject)
    })
  }

  stats(wireGuard: WireGuard, periodMs: number, onFailure: (err: unknown) => void): StatsReporter {
    return new StatsReporter(this.#client, this.#metadata, wireGuard, periodMs, onFailure)
  }

  close(): void {
    this.#client.close()
  }
}

export interface ConfigReply {
  readonly version: string | undefined
  readonly configuration: Configuration
}

export interface UpdateStream {
  readonly call: ClientReadableStream<Update>
  /** Why there will be no more. */
  readonly ended: Promise<string>
}
