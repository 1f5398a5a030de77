import { once } from 'node:events'
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js'
import {
  type Configuration,
  GatewayService,
  type StatsUpdate,
  type Update,
} from '../src/gateway/contract.js'

const NOT_NOW = { code: status.UNAVAILABLE, details: 'not now' }

type Rpc = 'Config' | 'Updates' | 'Stats'

/** Answers a gateway as a test wants it to. */
export class FakeCore {
  /** What it says of itself; undefined for a core that says nothing. */
  version: string | undefined = '1.6.6'
  /** Rpcs that are refused. */
  readonly refused = new Set<Rpc>()
  /** All calls in the order in which they came in, and what was shown in the first one. */
  readonly calls: { readonly rpc: Rpc; readonly at: number }[] = []
  shown: Record<string, unknown> = {}
  /** All that gateways have reported. */
  readonly stats: StatsUpdate[] = []
  readonly #server = new Server()
  readonly #streams = new Set<ServerWritableStream<object, Update>>()
  readonly #reports = new Set<(err: null, reply: object) => void>()
  port = 0

  private constructor(public configuration: Configuration) {}

  static async start(configuration: Configuration): Promise<FakeCore> {
    const core = new FakeCore(configuration)
    core.#server.addService(GatewayService.service, {
      Config: core.#config,
      Updates: core.#updates,
      Stats: core.#collect,
    })
    core.port = await new Promise<number>((resolve, reject) => {
      core.#server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (err, port) =>
        err ? reject(err) : resolve(port),
      )
    })
    return core
  }

  /** To every gateway that listens. */
  send(update: Update): void {
    for (const stream of this.#streams) stream.write(update)
  }

  endUpdates(): void {
    for (const stream of this.#streams) stream.end()
  }

  /** As no core should before a gateway has ended its report. */
  answerStats(): void {
    for (const done of this.#reports) done(null, {})
  }

  count(rpc: Rpc): number {
    return this.calls.filter((call) => call.rpc === rpc).length
  }

  stop(): void {
    this.#server.forceShutdown()
  }

  readonly #config = (
    call: ServerUnaryCall<object, Configuration>,
    done: sendUnaryData<Configuration>,
  ): void => {
    if (this.calls.length === 0) this.shown = call.metadata.getMap()
    const isAdmitted = this.#admit('Config')
    if (isAdmitted) call.sendMetadata(this.#headers())
    done(isAdmitted ? null : NOT_NOW, this.configuration)
  }

  readonly #updates = async (call: ServerWritableStream<object, Update>): Promise<void> => {
    if (!this.#admit('Updates')) {
      call.emit('error', NOT_NOW)
      return
    }
    call.sendMetadata(this.#headers())
    this.#streams.add(call)
    await once(call, 'close')
    this.#streams.delete(call)
  }

  readonly #collect = (
    call: ServerReadableStream<StatsUpdate, object>,
    done: sendUnaryData<object>,
  ): void => {
    this.#admit('Stats')
    this.#reports.add(done)
    call.on('data', (update: StatsUpdate) => this.stats.push(update))
    call.on('error', () => {})
    call.on('close', () => this.#reports.delete(done))
  }

  #admit(rpc: Rpc): boolean {
    this.calls.push({ rpc, at: performance.now() })
    return !this.refused.has(rpc)
  }

  #headers(): Metadata {
    const metadata = new Metadata()
    if (this.version !== undefined) metadata.set('defguard-component-version', this.version)
    return metadata
  }
}
