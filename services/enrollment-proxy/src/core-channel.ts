import { coreCredentials } from '@defguard/runtime/tls'
import type { TlsWatch } from '@defguard/runtime/tls-watch'
import {
  type CallOptions,
  type ChannelCredentials,
  Client,
  type ClientUnaryCall,
  connectivityState,
  credentials,
  Metadata,
  type MethodDefinition,
  type ServiceError,
} from '@grpc/grpc-js'
import { service as healthService } from 'grpc-health-check'
import { type Caller, toMetadata } from './caller.js'
import { CoreFailure } from './core-failure.js'
import { RenewableChannel } from './renewable-channel.js'

const CALL_DEADLINE_MS = 10_000
const HEALTH_DEADLINE_MS = 1_000

const CHANNEL_OPTIONS = {
  // A proxy variable of the host is about the internet, never about the way to core.
  'grpc.enable_http_proxy': 0,
  'grpc.service_config_disable_resolution': 1,
  // A core that was restarted, perhaps at another address, is found again within about a second.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  'grpc.dns_min_time_between_resolutions_ms': 1_000,
  // A peer that vanished without a word is noticed long before the system's own timeouts.
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 3_000,
}

const HEALTH_CHECK = healthService.Check as MethodDefinition<object, object>

type UnaryMethod<Req, Res> = (
  request: Req,
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: (err: ServiceError | null, reply: Res) => void,
) => ClientUnaryCall

type ClientClass<C extends Client> = new (
  address: string,
  credentials: ChannelCredentials,
  options: { channelOverride: RenewableChannel },
) => C

/** The one connection to core; the only place with a deadline, metadata and a callback. */
export class CoreChannel {
  readonly #address: string
  readonly #credentials: ChannelCredentials
  readonly #channel: RenewableChannel
  readonly #health: Client
  #calls = 0
  /** What core says of its version, with every answer. */
  onVersion: (version: string) => void = () => {}

  /**
   * @param tls undefined: plaintext
   * @param callsMax so many calls wait for core at a time, however many clients there are
   */
  constructor(
    address: string,
    tls: TlsWatch | undefined,
    private readonly callsMax: number,
  ) {
    this.#address = address
    this.#credentials = tls ? coreCredentials(tls.material) : credentials.createInsecure()
    this.#channel = new RenewableChannel(
      address,
      this.#credentials,
      CHANNEL_OPTIONS,
      CALL_DEADLINE_MS,
    )
    if (tls) tls.onChange = (material) => this.#channel.renew(coreCredentials(material))
    this.#health = this.client(Client)
  }

  get isConnected(): boolean {
    return this.#channel.getConnectivityState(false) === connectivityState.READY
  }

  /** A service of core's, over this connection. */
  client<C extends Client>(Service: ClientClass<C>): C {
    return new Service(this.#address, this.#credentials, { channelOverride: this.#channel })
  }

  /** Waits for a connection as long as for the answer; the failure tells the two apart. */
  call<Req, Res>(
    client: Client,
    method: UnaryMethod<Req, Res>,
    request: Req,
    caller: Caller | undefined,
    deadlineMs = CALL_DEADLINE_MS,
  ): Promise<Res> {
    if (this.#calls >= this.callsMax) return Promise.reject(CoreFailure.tooMany())
    const metadata = caller ? toMetadata(caller) : new Metadata()
    metadata.setOptions({ waitForReady: true })
    const options = { deadline: Date.now() + deadlineMs }
    this.#calls++
    return new Promise((resolve, reject) => {
      const call = method.call(client, request, metadata, options, (err, reply) => {
        this.#calls--
        if (err) reject(new CoreFailure(err, this.isConnected))
        else resolve(reply)
      })
      call.on('metadata', (headers: Metadata) => {
        const [version] = headers.get('defguard-component-version')
        if (typeof version === 'string') this.onVersion(version)
      })
    })
  }

  /** Whether core says of itself that it can serve. Does not wait for a connection. */
  isServing(): Promise<boolean> {
    const { path, requestSerialize, responseDeserialize } = HEALTH_CHECK
    return new Promise((resolve) => {
      this.#health.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        { service: '' },
        new Metadata(),
        { deadline: Date.now() + HEALTH_DEADLINE_MS },
        (err, reply) => resolve(!err && isServing(reply)),
      )
    })
  }

  close(): void {
    this.#channel.close()
  }
}

function isServing(reply: object | undefined): boolean {
  return reply !== undefined && 'status' in reply && reply.status === 'SERVING'
}
