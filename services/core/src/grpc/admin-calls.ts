import type {
  handleBidiStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
  ServerDuplexStream,
} from '@grpc/grpc-js'
import type { Access, Admitted, CallArea } from '../app/access.js'
import type { AdminGate, Identity } from '../app/admin-gate.js'
import type { LoggedIn, StreamCaller } from '../app/caller.js'
import { bearerOf, peerOf } from './metadata.js'
import type { Calls, StreamingCall } from './unary.js'

/** So long a stream goes on without asking whether its caller still may. */
const CHECK_AGAIN_MS = 1_000

/** Handlers of one area: no rpc of an administrative service can be made without one. */
export class AdminCalls {
  constructor(
    private readonly calls: Calls,
    private readonly gate: AdminGate,
    private readonly area: CallArea,
  ) {}

  admin<A extends Access, Req, Res>(
    access: A,
    handle: (request: Req, admin: Admitted<A>) => Promise<Res>,
  ): handleUnaryCall<Req, Res> {
    return this.calls.answer(async (call) => {
      const need = { area: this.area, access }
      const admin = await this.gate.admit(bearerOf(call.metadata), need, peerOf(call))
      try {
        return await handle(call.request, admin)
      } catch (err) {
        await this.gate.recordRefusal(admin, err)
        throw err
      }
    })
  }

  /** For calls that say whose credential it is, whatever it may. */
  whoever<Req, Res>(
    handle: (request: Req, identity: Identity) => Promise<Res>,
  ): handleUnaryCall<Req, Res> {
    return this.calls.answer(async (call) =>
      handle(call.request, await this.gate.identify(bearerOf(call.metadata), peerOf(call))),
    )
  }

  /** A reply in pieces. */
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
    return (call) =>
      this.stream(call, access, (admin, caller) =>
        handle(whileAdmitted(requestsOf(call), caller), admin),
      )
  }

  private async stream<A extends Access, Res>(
    call: StreamingCall<Res>,
    access: A,
    handle: (admin: Admitted<A>, caller: StreamCaller) => AsyncIterable<Res>,
  ): Promise<void> {
    const secret = bearerOf(call.metadata)
    const need = { area: this.area, access }
    const readmit = () => this.gate.check(secret, need, peerOf(call))
    await this.calls.stream(call, async (signal) => {
      const admin = await this.gate.admit(secret, need, peerOf(call))
      const caller = { signal, readmit }
      return this.recording(admin, whileAdmitted(handle(admin, caller), caller))
    })
  }

  private async *recording<Res>(admin: LoggedIn, pieces: AsyncIterable<Res>): AsyncGenerator<Res> {
    try {
      yield* pieces
    } catch (err) {
      await this.gate.recordRefusal(admin, err)
      throw err
    }
  }
}

/** The pieces, as long as whoever the stream is for still may have them. */
async function* whileAdmitted<T>(
  pieces: AsyncIterable<T>,
  { readmit }: StreamCaller,
): AsyncGenerator<T> {
  let checkedAt = performance.now()
  for await (const piece of pieces) {
    if (performance.now() - checkedAt > CHECK_AGAIN_MS) {
      await readmit()
      checkedAt = performance.now()
    }
    yield piece
  }
}

/** Not `for await` over the call: leaving that early would destroy the way back, too. */
async function* requestsOf<Req, Res>(call: ServerDuplexStream<Req, Res>): AsyncGenerator<Req> {
  yield* call.iterator({ destroyOnReturn: false })
}
