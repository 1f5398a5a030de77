import { EnrollmentServiceClient } from '@defguard/proto/enrollment/v1/enrollment'
import { channelCredentials, type TlsMaterial } from '@defguard/runtime/tls'
import {
  type CallOptions,
  Channel,
  type ClientUnaryCall,
  connectivityState,
  Metadata,
  type MethodDefinition,
  type ServiceError,
} from '@grpc/grpc-js'
import { service as healthService } from 'grpc-health-check'
import { type Caller, toMetadata } from './caller.js'
import { CoreFailure } from './core-failure.js'

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

/** Core as the proxy sees it; the only place with a deadline, metadata and a callback. */
export class CoreClient {
  readonly #channel: Channel
  readonly #enrollment: EnrollmentServiceClient
  /** What core says of its version, with every answer. */
  onVersion: (version: string) => void = () => {}

  constructor({ address, tls }: { address: string; tls: TlsMaterial | undefined }) {
    const credentials = channelCredentials(tls)
    this.#channel = new Channel(address, credentials, CHANNEL_OPTIONS)
    this.#enrollment = new EnrollmentServiceClient(address, credentials, {
      channelOverride: this.#channel,
    })
  }

  get isConnected(): boolean {
    return this.#channel.getConnectivityState(false) === connectivityState.READY
  }

  startEnrollment(token: string, caller: Caller) {
    return this.#call(this.#enrollment, this.#enrollment.startEnrollment, { token }, caller)
  }

  getSession(session: string, caller: Caller) {
    const request = { session_secret: session }
    return this.#call(this.#enrollment, this.#enrollment.getSession, request, caller)
  }

  activateUser(
    session: string,
    body: { password: string; phone?: string | undefined },
    caller: Caller,
  ) {
    const { password, phone } = body
    const request = { session_secret: session, password, phone_number: phone }
    return this.#call(this.#enrollment, this.#enrollment.activateUser, request, caller)
  }

  createDevice(session: string, device: { name: string; pubkey: string }, caller: Caller) {
    const request = { session_secret: session, name: device.name, pubkey: device.pubkey }
    return this.#call(this.#enrollment, this.#enrollment.createDevice, request, caller)
  }

  getNetworkInfo(session: string, pubkey: string, caller: Caller) {
    const request = { session_secret: session, pubkey }
    return this.#call(this.#enrollment, this.#enrollment.getNetworkInfo, request, caller)
  }

  getInstance(caller?: Caller) {
    return this.#call(this.#enrollment, this.#enrollment.getInstance, {}, caller)
  }

  /** Whether core says of itself that it can serve. Does not wait for a connection. */
  isServing(): Promise<boolean> {
    const { path, requestSerialize, responseDeserialize } = HEALTH_CHECK
    return new Promise((resolve) => {
      this.#enrollment.makeUnaryRequest(
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

  #call<Req, Res>(
    client: EnrollmentServiceClient,
    method: UnaryMethod<Req, Res>,
    request: Req,
    caller: Caller | undefined,
    deadlineMs = CALL_DEADLINE_MS,
  ): Promise<Res> {
    const metadata = caller ? toMetadata(caller) : new Metadata()
    metadata.setOptions({ waitForReady: true })
    const options = { deadline: Date.now() + deadlineMs }
    return new Promise((resolve, reject) => {
      const call = method.call(client, request, metadata, options, (err, reply) => {
        if (err) reject(new CoreFailure(err, this.isConnected))
        else resolve(reply)
      })
      call.on('metadata', (headers: Metadata) => {
        const [version] = headers.get('defguard-component-version')
        if (typeof version === 'string') this.onVersion(version)
      })
    })
  }
}

function isServing(reply: object | undefined): boolean {
  return reply !== undefined && 'status' in reply && reply.status === 'SERVING'
}
