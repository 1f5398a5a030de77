import { Client, credentials, Metadata, type MethodDefinition } from '@grpc/grpc-js'

const DEADLINE_MS = 15_000

/** Core's gRPC API on this machine, as an admin tool uses it. */
export class CoreApi {
  readonly #client: Client
  readonly #metadata = new Metadata()

  constructor(port: number) {
    this.#client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
      'grpc.enable_http_proxy': 0, // a web proxy of the environment has another 127.0.0.1
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': 500,
    })
  }

  /** From now on calls are made in this session. */
  useSession(sessionSecret: string): void {
    this.#metadata.set('authorization', `Bearer ${sessionSecret}`)
  }

  /** Rejects with grpc-js's ServiceError. */
  call<Req, Res>(
    method: MethodDefinition<Req, Res>,
    request: Req,
    deadlineMs = DEADLINE_MS,
  ): Promise<Res> {
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        request,
        this.#metadata,
        { deadline: Date.now() + deadlineMs },
        (err, reply) => (err ? reject(err) : resolve(reply as Res)),
      )
    })
  }

  /** Whether core is up and its database answers. */
  async isServing(): Promise<boolean> {
    try {
      return (await this.call(HEALTH_CHECK, undefined, 1_000)) === 'SERVING'
    } catch {
      return false
    }
  }

  close(): void {
    this.#client.close()
  }
}

/** grpc.health.v1.Health/Check for the service '': an empty message, answered by one enum field. */
const HEALTH_CHECK: MethodDefinition<undefined, 'SERVING' | 'other'> = {
  path: '/grpc.health.v1.Health/Check',
  requestStream: false,
  responseStream: false,
  requestSerialize: () => Buffer.alloc(0),
  requestDeserialize: () => undefined,
  responseSerialize: () => Buffer.alloc(0),
  responseDeserialize: (bytes) => (bytes.equals(SERVING_REPLY) ? 'SERVING' : 'other'),
}
const SERVING_REPLY = Buffer.from([0x08, 0x01]) // field 1 (varint) = 1
