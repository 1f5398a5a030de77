import {
  Client,
  type ClientDuplexStream,
  credentials,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js'
import type { Method } from './methods.ts'
import type { Outcome } from './outcome.ts'

/** How long core may take for a call. */
export const DEADLINE_MS = 10_000

export interface GrpcRequest {
  /** Messages, or bytes that may be none; several where the method takes a stream. */
  readonly messages: readonly unknown[]
  readonly metadata: Readonly<Record<string, string>>
  /** May cost the connection it comes by: Node ends one that is reset too often. */
  readonly isRude?: boolean
  /** Breaks the call off after so many milliseconds. */
  readonly cancelAfterMs?: number
  /** Whether one message of a stream is all that is wanted. */
  readonly isFirstEnough?: boolean
}

interface Piece {
  readonly value: unknown
  readonly bytes: Buffer
}

/** After so many rude calls their connection is given up, before core gives it up. */
const RUDE_CALLS = 200
const CONNECTION_LOST = /session has been destroyed|Session closed|Connection dropped/

/** Makes calls of every kind: unary, and streams in either direction. */
export class GrpcSender {
  readonly #port: number
  readonly #client: Client
  #rude: Client
  #rudeCalls = 0

  constructor(port: number) {
    this.#port = port
    this.#client = this.#connect()
    this.#rude = this.#connect()
  }

  close(): void {
    this.#client.close()
    this.#rude.close()
  }

  #connect(): Client {
    return new Client(`127.0.0.1:${this.#port}`, credentials.createInsecure(), {
      'grpc.enable_http_proxy': 0,
      'grpc.use_local_subchannel_pool': 1,
    })
  }

  #connectionFor(request: GrpcRequest): Client {
    if (!request.isRude) return this.#client
    if (++this.#rudeCalls % RUDE_CALLS === 0) {
      const old = this.#rude
      setTimeout(() => old.close(), DEADLINE_MS).unref()
      this.#rude = this.#connect()
    }
    return this.#rude
  }

  /** Rejects only when the request cannot be written down at all. */
  async send(method: Method, request: GrpcRequest): Promise<Outcome> {
    const startedAt = performance.now()
    const messages = request.messages.map((message) =>
      Buffer.isBuffer(message) ? message : method.requestSerialize(message),
    )
    const { cancelAfterMs, isFirstEnough, isRude } = request
    return new Promise((resolve) => {
      const pieces: Piece[] = []
      let wasCut = false
      let timer: NodeJS.Timeout | undefined
      const call = open(this.#connectionFor(request), method, messages, request.metadata, {
        piece(piece) {
          pieces.push(piece)
          if (isFirstEnough) call.cancel()
        },
        end(err) {
          clearTimeout(timer)
          if (isRude && CONNECTION_LOST.test(err?.details ?? '')) wasCut = true
          const hadEnough = isFirstEnough && pieces.length > 0
          const failure = hadEnough ? null : err
          resolve(toOutcome(failure, pieces, wasCut, performance.now() - startedAt))
        },
      })
      if (cancelAfterMs === undefined) return
      timer = setTimeout(() => {
        wasCut = true
        call.cancel()
      }, cancelAfterMs)
    })
  }
}

interface Receiver {
  piece(piece: Piece): void
  end(err: ServiceError | null): void
}

/** A call of whichever kind the method is. */
function open(
  client: Client,
  method: Method,
  messages: readonly Buffer[],
  claims: GrpcRequest['metadata'],
  to: Receiver,
): { cancel(): void } {
  const { path, requestStream, responseStream, responseDeserialize } = method
  const [first = Buffer.alloc(0)] = messages
  const asIs = (bytes: Buffer) => bytes
  const read = (bytes: Buffer): Piece => ({ bytes, value: responseDeserialize(bytes) })
  const metadata = toMetadata(claims)
  const options = { deadline: Date.now() + DEADLINE_MS }
  if (!requestStream && !responseStream) {
    return client.makeUnaryRequest(path, asIs, read, first, metadata, options, (err, piece) => {
      if (piece) to.piece(piece)
      to.end(err)
    })
  }
  const call = requestStream
    ? writeAll(client.makeBidiStreamRequest(path, asIs, read, metadata, options), messages)
    : client.makeServerStreamRequest(path, asIs, read, first, metadata, options)
  call.on('data', to.piece)
  call.once('error', to.end)
  call.once('end', () => setImmediate(to.end, null))
  return call
}

function writeAll<Res>(call: ClientDuplexStream<Buffer, Res>, messages: readonly Buffer[]) {
  for (const message of messages) call.write(message)
  call.end()
  return call
}

function toOutcome(
  err: Partial<ServiceError> | null,
  pieces: readonly Piece[],
  wasCut: boolean,
  ms: number,
): Outcome {
  const trailers = Object.values(err?.metadata?.getMap() ?? {}).map(String)
  const words = err?.details ?? ''
  const bytes = [
    ...pieces.map((piece) => piece.bytes),
    Buffer.from([words, ...trailers].join('\n')),
  ]
  const code = err ? (status[err.code ?? status.UNKNOWN] ?? 'UNKNOWN') : 'OK'
  return {
    code: wasCut && err ? 'CUT' : code,
    isAccepted: !err,
    words,
    reason: err?.metadata?.get('error-reason')[0]?.toString(),
    bytes: Buffer.concat(bytes),
    reply: pieces.length > 1 ? pieces.map(({ value }) => value) : pieces[0]?.value,
    ms,
  }
}

/** Without the values that gRPC lets nobody send. */
function toMetadata(values: Readonly<Record<string, string>>): Metadata {
  const metadata = new Metadata()
  for (const [name, value] of Object.entries(values)) {
    metadata.set(name, value.replace(/[^\x20-\x7e]/g, '?'))
  }
  return metadata
}
