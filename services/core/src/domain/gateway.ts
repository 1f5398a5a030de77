import { after } from './clock.js'
import { parseAddress } from './network.js'

const DAY_MS = 24 * 3_600_000

/** So long before its end a token is said to expire. */
export const EXPIRY_NOTICE_MS = 30 * DAY_MS
/** So long a stream counts as open after its core was last seen to hold it. */
export const STREAM_SILENCE_MS = 60_000

/** So long before a stream was last seen open it may have been lost already. */
const STREAM_LOSS_MS = 120_000

/**
 * Whether a gateway that comes to follow may not have heard of a change.
 * @param followedAt when it was last seen to follow; null for one that never did, and has what it has
 * from its Config a moment ago
 */
export function mayHaveMissed(changedAt: Date | null, followedAt: Date | null, now: Date): boolean {
  return changedAt !== null && changedAt >= after(followedAt ?? now, -STREAM_LOSS_MS)
}

export type GatewayTokenState = 'active' | 'expiring' | 'expired' | 'revoked'

export function stateOfGatewayToken(
  token: { readonly revokedAt: Date | null; readonly expiresAt: Date },
  now: Date,
): GatewayTokenState {
  if (token.revokedAt) return 'revoked'
  if (now >= token.expiresAt) return 'expired'
  return after(now, EXPIRY_NOTICE_MS) >= token.expiresAt ? 'expiring' : 'active'
}

/** By which the clock of a gateway may be ahead. */
const CLOCK_TOLERANCE_MS = 60_000

/** What a gateway says of one peer. */
export interface PeerReport {
  readonly publicKey: string
  readonly endpoint: string | undefined
  /** Counted since the gateway has known the peer. */
  readonly sentBytes: number
  readonly receivedBytes: number
  readonly latestHandshakeAt: Date | undefined
}

/** When a handshake was, in Unix seconds as a gateway says; undefined for none, or one that cannot be. */
export function parseHandshake(seconds: number, now: Date): Date | undefined {
  const at = new Date(seconds * 1000)
  if (seconds <= 0 || !(at <= after(now, CLOCK_TOLERANCE_MS))) return undefined
  return at < now ? at : now
}

/** `ip:port` or `[ip]:port`; undefined for anything else. */
export function parsePeerEndpoint(text: string): string | undefined {
  const [, v6, v4, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? []
  const isGood = parseAddress(v6 ?? v4 ?? '')?.family === (v6 === undefined ? 4 : 6)
  return isGood && Number(port) > 0 && Number(port) <= 65_535 ? text : undefined
}

/** @param silenceS for how long its location takes a silent device for connected */
export function isPeerConnected(
  latestHandshakeAt: Date | null,
  silenceS: number,
  now: Date,
): boolean {
  return latestHandshakeAt !== null && now < after(latestHandshakeAt, silenceS * 1_000)
}
