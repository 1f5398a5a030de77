import { constants, type ServerHttp2Stream } from 'node:http2'
import type { Writable } from 'node:stream'

/** A reader that has been told to go, and takes nothing for so long, is not told why. */
const UNREAD_MS = 5_000

/** What grpc-js wraps around a stream of HTTP/2: the call of a handler, interceptors, and its own. */
interface Layer {
  readonly call?: Layer
  readonly nextCall?: Layer
  readonly stream?: ServerHttp2Stream
}

/**
 * Takes the stream of an ended call from a client that does not read. grpc-js has no way to: it says how
 * a call ended behind its last byte only, so both would wait here for as long as the connection lasts.
 * The client is told REFUSED_STREAM (RFC 9113 §7), which gRPC counts as UNAVAILABLE.
 */
export function resetUnlessRead(call: Pick<Writable, 'once' | 'writableFinished'>): void {
  if (call.writableFinished) return
  const timer = setTimeout(() => reset(call as Layer), UNREAD_MS).unref()
  call.once('finish', () => clearTimeout(timer))
}

function reset(call: Layer): void {
  let layer: Layer | undefined = call
  while (layer && !layer.stream) layer = layer.call ?? layer.nextCall
  layer?.stream?.close(constants.NGHTTP2_REFUSED_STREAM)
}
