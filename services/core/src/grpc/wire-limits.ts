import type { ConnectionLimits } from '@defguard/runtime/connections'
import type { ServerOptions } from '@grpc/grpc-js'

/** The largest request is the file of a WireGuard server with some ten thousand peers. */
const MESSAGE_MAX_BYTES = 2 * 1024 * 1024
/** More than one proxy has on the way at a time. */
const CALLS_PER_CONNECTION_MAX = 1_024
/** Proxies are never idle: they ask all the time how core is. */
const IDLE_MS = 5 * 60_000
/** A peer that vanished without a word is noticed, also while it follows a stream. */
const PING_MS = 60_000
const PING_ANSWER_MS = 20_000

/** A proxy needs one or two, a tool one at a time. */
export const CONNECTIONS: ConnectionLimits = { max: 1_000, perAddress: 250 }

/** What one caller can hold of the listener, and for how long. */
export function wireOptions(idleMs = IDLE_MS): ServerOptions {
  return {
    'grpc.max_receive_message_length': MESSAGE_MAX_BYTES,
    'grpc.max_concurrent_streams': CALLS_PER_CONNECTION_MAX,
    'grpc.max_connection_idle_ms': idleMs,
    'grpc.keepalive_time_ms': PING_MS,
    'grpc.keepalive_timeout_ms': PING_ANSWER_MS,
  }
}
