import { Duplex } from 'node:stream'
import {
  type ChannelCredentials,
  Client,
  Metadata,
  type MethodDefinition,
  type ServiceError,
} from '@grpc/grpc-js'
import { readMethods } from '../../../packages/local-stack/fuzz/methods.ts'
import { type Refusal, refusalOf } from './_clients.js'

type Method = MethodDefinition<unknown, unknown>
type Called = Pick<Method, 'path' | 'requestStream' | 'responseStream'>

/** Every method of every service of these packages, also those that come later. */
export async function allMethods(packages: string): Promise<Method[]> {
  const methods = [...(await readMethods()).values()]
  return methods.filter(({ path }) => path.startsWith(`/${packages}.`))
}

export const HEALTH_CHECK: Method = {
  path: '/grpc.health.v1.Health/Check',
  requestStream: false,
  responseStream: false,
  requestSerialize: () => Buffer.alloc(0),
  requestDeserialize: () => undefined,
  responseSerialize: () => Buffer.alloc(0),
  responseDeserialize: () => undefined,
}

const DEADLINE_MS = 10_000

/** A connection that calls methods with empty requests, whatever they want. */
export class Caller {
  readonly #client: Client

  constructor(
    readonly port: number,
    way: ChannelCredentials,
  ) {
    this.#client = new Client(`localhost:${port}`, way)
  }

  /** How core refuses it; undefined when it answers. */
  call(method: Called, bearer = ''): Promise<Refusal | undefined> {
    const metadata = new Metadata()
    if (bearer) metadata.set('authorization', `Bearer ${bearer}`)
    const options = { deadline: Date.now() + DEADLINE_MS }
    const { path } = method
    const nothing = () => Buffer.alloc(0)
    return new Promise((resolve) => {
      const end = (err: ServiceError | null) => resolve(err ? refusalOf(err) : undefined)
      if (!method.requestStream && !method.responseStream)
        return this.#client.makeUnaryRequest(path, nothing, Object, {}, metadata, options, end)
      const call = method.requestStream
        ? this.#client.makeBidiStreamRequest(path, nothing, Object, metadata, options)
        : this.#client.makeServerStreamRequest(path, nothing, Object, {}, metadata, options)
      if (call instanceof Duplex) call.end()
      call.on('error', end)
      call.on('end', () => end(null))
      call.on('data', () => {
        end(null)
        call.cancel()
      })
    })
  }

  close(): void {
    this.#client.close()
  }
}
