import type { Writable } from 'node:stream'
import type { Logger } from '@defguard/runtime/logger'
import {
  type handleClientStreamingCall,
  type handleUnaryCall,
  Metadata,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  status,
} from '@grpc/grpc-js'
import type { CallArea } from '../app/access.js'
import type { AdminGate } from '../app/admin-gate.js'
import type { Caller } from '../app/caller.js'
import { DomainError } from '../domain/errors.js'
import { AdminCalls } from './admin-calls.js'
import { bearerOf, callerOf, clientOf, peerOf } from './metadata.js'
import type { RefusedAccess } from './refused-access.js'
import { type IsOutage, type Reply, toReply } from './replies.js'
import { resetUnlessRead } from './stream-reset.js'

export interface CallOptions {
  readonly log: Logger
  readonly isOutage: IsOutage
  readonly refusals: RefusedAccess
  /** The refusal that an error of a statement means, or the error as it is. */
  readonly translate: (err: unknown) => unknown
  /** Sent with every answer as `defguard-component-version`. */
  readonly version: string
  /** The same as `defguard-component-system`, where somebody asks for it. */
  readonly system?: string
}

/**
 * Makes handlers of plain functions. Here is the only try/catch on the way of a call: a bare async
 * grpc-js handler that throws never answers, and its caller waits out the deadline.
 */
export class Calls {
  constructor(
    private readonly options: CallOptions,
    private readonly gate: AdminGate,
  ) {}

  /** For the proxy: who calls is what its metadata says. */
  unary<Req, Res>(
    handle: (request: Req, caller: Caller) => Promise<Res>,
  ): handleUnaryCall<Req, Res> {
    return this.answer((call) => handle(call.request, clientOf(call.metadata)))
  }

  /** For calls without a session that do not come through the proxy: logging in. */
  direct<Req, Res>(
    handle: (request: Req, caller: Caller, bearer: string) => Promise<Res>,
  ): handleUnaryCall<Req, Res> {
    return this.answer((call) => handle(call.request, peerOf(call), bearerOf(call.metadata)))
  }

  /** For administrative calls of one area: their credential is checked before a handler sees them. */
  scoped(area: CallArea): AdminCalls {
    return new AdminCalls(this, this.gate, area)
  }

  /**
   * A reply in pieces, made no faster than the caller reads them. `fail` ends it at once, although
   * nobody reads. Of one that ends with an error, what nobody reads is taken back soon.
   */
  async stream<Res>(
    call: StreamingCall<Res>,
    open: (signal: AbortSignal, fail: (err: Error) => void) => Promise<AsyncIterable<Res>>,
  ): Promise<void> {
    const startedAt = performance.now()
    const gone = new AbortController()
    let failure: unknown
    const fail = (err: Error) => {
      failure ??= err
      gone.abort()
    }
    let isCancelled = false
    call.once('cancelled', () => {
      isCancelled = true
      gone.abort()
    })
    call.sendMetadata(this.metadata())
    try {
      for await (const piece of await open(gone.signal, fail)) {
        await write(call, piece, gone.signal)
        if (gone.signal.aborted) break
      }
      if (failure && !isCancelled) throw failure
      call.end()
      this.log(call, isCancelled ? status.CANCELLED : status.OK, startedAt)
    } catch (err) {
      // Whatever breaks once nobody is there breaks because of that.
      if (isCancelled) return this.log(call, status.CANCELLED, startedAt)
      const reply = this.toReply(failure ?? err)
      this.log(call, reply.code, startedAt, err)
      call.emit('error', reply)
      resetUnlessRead(call)
    }
  }

  /** Requests in pieces, whose answer waits for the last; the metadata leaves at once. */
  collect<Req, Res>(
    handle: (call: ServerReadableStream<Req, Res>) => Promise<Res>,
  ): handleClientStreamingCall<Req, Res> {
    return async (call, callback) => {
      const startedAt = performance.now()
      call.on('error', () => {}) // a request that nobody can read is the end of them
      call.sendMetadata(this.metadata())
      try {
        const response = await handle(call)
        this.log(call, call.cancelled ? status.CANCELLED : status.OK, startedAt)
        callback(null, response)
      } catch (err) {
        if (call.cancelled) return this.log(call, status.CANCELLED, startedAt)
        const reply = this.toReply(err)
        this.log(call, reply.code, startedAt, err)
        callback(reply)
      }
    }
  }

  /** Runs a handler and answers with what it returns or throws. */
  answer<Req, Res>(
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
        const reply = this.toReply(err)
        this.log(call, reply.code, startedAt, err)
        call.sendMetadata(this.metadata())
        callback(reply)
      }
    }
  }

  private toReply(err: unknown): Reply {
    return toReply(this.options.translate(err), this.options.isOutage)
  }

  private metadata(): Metadata {
    const metadata = new Metadata()
    metadata.set('defguard-component-version', this.options.version)
    if (this.options.system) metadata.set('defguard-component-system', this.options.system)
    return metadata
  }

  /** One line per call, never its request: that holds secrets. */
  private log(
    call: { getPath(): string; getPeer(): string; metadata: Metadata },
    code: status,
    startedAt: number,
    err?: unknown,
  ): void {
    const { requestId } = clientOf(call.metadata)
    if (err) this.options.refusals.note(call.getPath(), callerOf(call), err)
    const line = {
      rpc: call.getPath(),
      code: status[code],
      ms: Math.round(performance.now() - startedAt),
      requestId,
    }
    if (code === status.INTERNAL) this.options.log.error({ ...line, err }, 'call failed')
    else if (err instanceof DomainError && code === status.UNAVAILABLE)
      this.options.log.info({ ...line, reason: err.reason }, 'call')
    else if (code === status.UNAVAILABLE) this.options.log.warn({ ...line, err }, 'call failed')
    else this.options.log.info(line, 'call')
  }
}

type Outgoing = Pick<Writable, 'write' | 'end' | 'once' | 'off' | 'emit' | 'writableFinished'> & {
  sendMetadata(metadata: Metadata): void
}

export type StreamingCall<Res> = Pick<
  ServerWritableStream<unknown, Res>,
  'metadata' | 'getPath' | 'getPeer'
> &
  Outgoing

/** Waits until there is room for more, or nobody there to read it. */
function write(call: Outgoing, piece: unknown, gone: AbortSignal): Promise<void> | undefined {
  // Once aborted, nothing tells any more that there is room.
  if (gone.aborted || call.write(piece)) return undefined
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
