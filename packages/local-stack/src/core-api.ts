import { readFileSync } from 'node:fs'
import type { HolderPaths } from '@defguard/admin-cli/certificates/folder'
import { coreCredentials } from '@defguard/runtime/tls'
import { Client, credentials, Metadata, type MethodDefinition } from '@grpc/grpc-js'
import type { StackInfo } from './stack-info.js'

const DEADLINE_MS = 15_000

/** Core's gRPC API on this machine, as a tool uses it. */
export class CoreApi {
  #client: Client
  readonly #metadata = new Metadata()

  /** @param tls what it shows to core; without it, core is asked in plaintext */
  constructor(
    private readonly port: number,
    private readonly tls?: HolderPaths,
  ) {
    this.#client = this.#connect()
  }

  /** That of a running stack, as its admin's tools or its proxy see it. */
  static of(info: StackInfo, role: 'admin' | 'proxy' = 'admin'): CoreApi {
    const tls = role === 'admin' ? info.adminTls : info.proxyTls
    return new CoreApi(Number(info.coreGrpc.split(':').at(-1)), tls)
  }

  /** Shows what its files hold now. */
  reconnect(): void {
    this.#client.close()
    this.#client = this.#connect()
  }

  #connect(): Client {
    const { tls } = this
    const way = tls
      ? coreCredentials({
          ca: readFileSync(tls.ca),
          cert: readFileSync(tls.cert),
          key: readFileSync(tls.key),
        })
      : credentials.createInsecure()
    return new Client(`localhost:${this.port}`, way, {
      'grpc.enable_http_proxy': 0, // a web proxy of the environment has another localhost
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
  async isServing(deadlineMs = 1_000): Promise<boolean> {
    try {
      return (await this.call(HEALTH_CHECK, undefined, deadlineMs)) === 'SERVING'
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
