import { type EventEmitter, once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { type ClientTls, coreCredentials } from '@defguard/runtime/tls'
import { OWN_VERSION } from '@defguard/runtime/version'
import {
  type CallOptions,
  Client,
  type ClientReadableStream,
  credentials,
  Metadata,
  type MethodDefinition,
  type ServiceError,
  status,
} from '@grpc/grpc-js'
import { usageError } from './cli-error.js'
import type { CoreAddress } from './core-address.js'
import { toCliError, toSilence } from './rpc-errors.js'

interface CallSettings {
  readonly deadlineMs?: number
  /** Goes on after Ctrl-C. */
  readonly signal?: AbortSignal | undefined
}

const DEADLINE_MS = 30_000
/** For what concerns all devices of a location, which may have a hundred thousand. */
export const LARGE_DEADLINE_MS = 300_000
const RETRY_AFTER_MS = 500
const EXCHANGE_DEADLINE_MS = 6 * 3_600_000
const MESSAGE_BYTES_MAX = 64 * 1024 * 1024

/** One connection to core. What core refuses, and what keeps it from answering, is a CliError. */
export class CoreClient {
  readonly #client: Client
  #credential: string | undefined

  constructor(
    readonly address: CoreAddress,
    tls: ClientTls,
    private readonly signal: AbortSignal,
  ) {
    this.#client = new Client(address.target, channelCredentials(address, tls), {
      'grpc.primary_user_agent': `defguard-admin/${OWN_VERSION}`,
      'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
      // A web proxy of the environment cannot know what "this machine" means.
      ...(address.isLoopback ? { 'grpc.enable_http_proxy': 0 } : {}),
    })
  }

  /** From now on calls are made in this session, or with this API token. */
  useCredential(secret: string): void {
    this.#credential = secret
  }

  async call<Req, Res>(
    method: MethodDefinition<Req, Res>,
    request: Req,
    settings: CallSettings = { signal: this.signal },
  ): Promise<Res> {
    try {
      return await this.invoke(method, request, settings)
    } catch (err) {
      throw toCliError(err, this.address)
    }
  }

  /** For requests with a `request_id`, which core carries out once however often they arrive. */
  async create<Req extends { request_id: string }, Res>(
    method: MethodDefinition<Req, Res>,
    request: Req,
    deadlineMs = DEADLINE_MS,
  ): Promise<Res> {
    const settings = { signal: this.signal, deadlineMs }
    try {
      return await this.invoke(method, request, settings)
    } catch (err) {
      if ((err as ServiceError).code !== status.UNAVAILABLE) throw toCliError(err, this.address)
    }
    await delay(RETRY_AFTER_MS, undefined, { signal: this.signal })
    return this.call(method, request, settings)
  }

  async *stream<Req, Res>(method: MethodDefinition<Req, Res>, request: Req): AsyncGenerator<Res> {
    const call = this.open(method, request, { deadline: Date.now() + LARGE_DEADLINE_MS })
    yield* this.read<Res>(call)
  }

  /**
   * A stream without an end of its own, in which core says something at least every `silenceMs`; one
   * that is silent for longer is as good as lost, and core counts as unreachable.
   */
  async *follow<Req, Res>(
    method: MethodDefinition<Req, Res>,
    request: Req,
    silenceMs: number,
  ): AsyncGenerator<Res> {
    const call = this.open(method, request, {})
    let isSilent = false
    const giveUp = () => {
      isSilent = true
      call.cancel()
    }
    let timer = setTimeout(giveUp, silenceMs)
    try {
      for await (const piece of this.read<Res>(call)) {
        clearTimeout(timer)
        yield piece
        timer = setTimeout(giveUp, silenceMs)
      }
    } catch (err) {
      if (isSilent) throw toSilence(this.address)
      throw err
    } finally {
      clearTimeout(timer)
    }
  }

  /**
   * A conversation: sends requests while it reads replies, and takes no request from their source
   * while core is not keeping up.
   */
  async *exchange<Req, Res>(
    method: MethodDefinition<Req, Res>,
    requests: AsyncIterable<Req>,
  ): AsyncGenerator<Res> {
    const call = this.#client.makeBidiStreamRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      this.metadata(),
      { deadline: Date.now() + EXCHANGE_DEADLINE_MS },
    )
    const over = new AbortController()
    let failure: unknown
    const sending = send(call, requests, over.signal).catch((err: unknown) => {
      if (over.signal.aborted) return
      failure = err
      call.cancel()
    })
    try {
      yield* this.read<Res>(call)
    } catch (err) {
      throw failure ?? err
    } finally {
      over.abort()
      await sending
    }
  }

  private open<Req, Res>(
    method: MethodDefinition<Req, Res>,
    request: Req,
    options: Partial<CallOptions>,
  ): ClientReadableStream<Res> {
    return this.#client.makeServerStreamRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request,
      this.metadata(),
      options,
    )
  }

  private async *read<Res>(
    call: Pick<ClientReadableStream<Res>, 'cancel'> & AsyncIterable<unknown>,
  ): AsyncGenerator<Res> {
    const cancel = () => call.cancel()
    this.signal.addEventListener('abort', cancel)
    try {
      for await (const piece of call) yield piece as Res
    } catch (err) {
      throw toCliError(err, this.address)
    } finally {
      this.signal.removeEventListener('abort', cancel)
      call.cancel()
    }
  }

  close(): void {
    this.#client.close()
  }

  private invoke<Req, Res>(
    method: MethodDefinition<Req, Res>,
    request: Req,
    { deadlineMs = DEADLINE_MS, signal }: CallSettings,
  ): Promise<Res> {
    return new Promise((resolve, reject) => {
      const call = this.#client.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        request,
        this.metadata(),
        { deadline: Date.now() + deadlineMs },
        (err, reply) => {
          signal?.removeEventListener('abort', cancel)
          if (err) reject(err)
          else resolve(reply as Res)
        },
      )
      const cancel = () => call.cancel()
      if (signal?.aborted) cancel()
      signal?.addEventListener('abort', cancel)
    })
  }

  private metadata(): Metadata {
    const metadata = new Metadata()
    if (this.#credential) metadata.set('authorization', `Bearer ${this.#credential}`)
    return metadata
  }
}

async function send<Req>(
  call: { write(request: Req): boolean; end(): void } & EventEmitter,
  requests: AsyncIterable<Req>,
  signal: AbortSignal,
): Promise<void> {
  for await (const request of requests) {
    if (signal.aborted) return
    if (!call.write(request)) await once(call, 'drain', { signal })
  }
  call.end()
}

function channelCredentials({ isTls }: CoreAddress, tls: ClientTls) {
  if (!isTls) return credentials.createInsecure()
  try {
    return coreCredentials(tls)
  } catch (err) {
    throw usageError(`--ca, --cert and --key cannot be used: ${(err as Error).message}.`)
  }
}
