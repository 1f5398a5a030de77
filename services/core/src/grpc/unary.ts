import type { Writable } from 'node:stream'
import type { Logger } from '@defguard/runtime/logger'
import {
  type handleBidiStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  Metadata,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  status,
} from '@grpc/grpc-js'
import type { Access, Admitted, Auth } from '../app/auth.js'
import type { Caller, StreamCaller } from '../app/caller.js'
import { bearerOf, clientOf } from './metadata.js'
import { type IsOutage, type Reply, toReply } from './replies.js'

export interface CallOptions {
  readonly log: Logger
  readonly isOutage: IsOutage
  /** Sent with every answer as `defguard-component-version`. */
  readonly version: string
}

/**
 * Makes handlers of plain functions. Here is the only try/catch on the way of a call: a bare async
 * grpc-js handler that throws never answers, and its caller waits out the deadline.
 */
export class Calls {
  constructor(
    private readonly options: CallOptions,
    private readonly auth: Auth,
  ) {}

  /** For the proxy: who calls is what its metadata says. */
  unary<Req, Res>(
    handle: (request: Req, caller: Caller) => Promise<Res>,
  ): handleUnaryCall<Req, Res> {
    return this.answer((call) => handle(call.request, clientOf(call.metadata)))
  }

  /** For admins: the call's session is checked before the handler sees the request. */
  admin<A extends Access, Req, Res>(
    access: A,
    handle: (request: Req, admin: Admitted<A>) => Promise<Res>,
  ): handleUnaryCall<Req, Res> {
    return this.answer(async (call) => {
      const admin = await this.auth.admit(bearerOf(call.metadata), access, peerOf(call))
      return handle(call.request, admin)
    })
  }

  /** For calls without a session that do not come through the proxy: logging in. */
  direct<Req, Res>(
    handle: (request: Req, caller: Caller, bearer: string) => Promise<Res>,
  ): handleUnaryCall<Req, Res> {
    return this.answer((call) => handle(call.request, peerOf(call), bearerOf(call.metadata)))
  }

  /** A reply in pieces, made no faster than the caller reads them. */
  adminStream<A extends Access, Req, Res>(
    access: A,
    handle: (request: Req, admin: Admitted<A>, caller: StreamCaller) => AsyncIterable<Res>,
  ): handleServerStreamingCall<Req, Res> {
    return (call) =>
      this.stream(call, access, (admin, caller) => handle(call.request, admin, caller))
  }

  /** The same for requests that come in pieces, too; they are read no faster than they are handled. */
  adminDuplex<A extends Access, Req, Res>(
    access: A,
    handle: (requests: AsyncIterable<Req>, admin: Admitted<A>) => AsyncIterable<Res>,
  ): handleBidiStreamingCall<Req, Res> {
    return (call) => this.stream(call, access, (admin) => handle(requestsOf(call), admin))
  }

  private async stream<A extends Access, Res>(
    call: Pick<ServerWritableStream<unknown, Res>, 'metadata' | 'getPath' | 'getPeer'> & Outgoing,
    access: A,
    handle: (admin: Admitted<A>, caller: StreamCaller) => AsyncIterable<Res>,
  ): Promise<void> {
    const startedAt = performance.now()
    const gone = new AbortController()
    call.once('cancelled', () => gone.abort())
    call.sendMetadata(this.metadata())
    const readmit = () => this.auth.admit(bearerOf(call.metadata), access, peerOf(call))
    try {
      const admin = await readmit()
      for await (const piece of handle(admin, { signal: gone.signal, readmit })) {
        await write(call, piece, gone.signal)
        if (gone.signal.aborted) break
      }
      call.end()
      this.log(call, gone.signal.aborted ? status.CANCELLED : status.OK, startedAt)
    } catch (err) {
      // Whatever breaks once nobody is there breaks because of that.
      if (gone.signal.aborted) return this.log(call, status.CANCELLED, startedAt)
      const reply = toReply(err, this.options.isOutage)
      this.log(call, reply.code, startedAt, err)
      call.emit('error', reply)
    }
  }

  private answer<Req, Res>(
    handle: (call: ServerUnaryCall<Req, Res>) => Promise<Res>,
  ): handleUnaryCall<Req, Res> {
    return async (call, callback) => {
      const startedAt = performance.now()
      try {
        const response = await handle(call)
        this.log(call, status.OK, startedAt)
        call.sendMetadata(this.metadata()) // with the answer, so that both leave together
        callback(null, response)
      } catch (err) {
        const reply: Reply = toReply(err, this.options.isOutage)
        this.log(call, reply.code, startedAt, err)
        call.sendMetadata(this.metadata())
        callback(reply)
      }
    }
  }

  private metadata(): Metadata {
    const metadata = new Metadata()
    metadata.set('defguard-component-version', this.options.version)
    return metadata
  }

  /** One line per call, never its request: that holds secrets. */
  private log(
    call: { getPath(): string; metadata: Metadata },
    code: status,
    startedAt: number,
    err?: unknown,
  ): void {
    const { requestId } = clientOf(call.metadata)
    const line = {
      rpc: call.getPath(),
      code: status[code],
      ms: Math.round(performance.now() - startedAt),
      requestId,
    }
    if (code === status.INTERNAL) this.options.log.error({ ...line, err }, 'call failed')
    else if (code === status.UNAVAILABLE) this.options.log.warn({ ...line, err }, 'call failed')
    else this.options.log.info(line, 'call')
  }
}

/** The other end of the connection, for calls that come straight from an admin's tool. */
function peerOf(call: { getPeer(): string; metadata: Metadata }): Caller {
  const [userAgent] = call.metadata.get('user-agent')
  return {
    requestId: clientOf(call.metadata).requestId,
    ip: call
      .getPeer()
      .replace(/:\d+$/, '')
      .replace(/^\[|\]$/g, ''),
    userAgent: typeof userAgent === 'string' ? userAgent : undefined,
  }
}

type Outgoing = Pick<Writable, 'write' | 'end' | 'once' | 'off' | 'emit'> & {
  sendMetadata(metadata: Metadata): void
}

/** Waits until there is room for more, or nobody there to read it. */
function write(call: Outgoing, piece: unknown, gone: AbortSignal): Promise<void> | undefined {
  if (call.write(piece)) return undefined
  return new Promise((resolve) => {
    const done = () => {
      call.off('drain', done)
      gone.removeEventListener('abort', done)
      resolve()
    }
    call.once('drain', done)
    gone.addEventListener('abort', done)
  })
}

/** Not `for await` over the call: leaving that early would destroy the way back, too. */
async function* requestsOf<Req, Res>(call: ServerDuplexStream<Req, Res>): AsyncGenerator<Req> {
  yield* call.iterator({ destroyOnReturn: false })
}
