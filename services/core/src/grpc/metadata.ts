import type { Metadata } from '@grpc/grpc-js'
import type { Caller } from '../app/caller.js'

const VALUE_MAX = 512

/** What the proxy says of its client. All of it is optional; an odd value counts as none. */
export function clientOf(metadata: Metadata): Caller {
  return {
    requestId: value(metadata, 'x-request-id'),
    ip: value(metadata, 'x-client-address'),
    userAgent: value(metadata, 'x-client-user-agent'),
    language: value(metadata, 'x-client-language'),
  }
}

/** The other end of the connection, for calls that come straight from an admin's tool. */
export function peerOf(call: { getPeer(): string; metadata: Metadata }): Caller {
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

/** Whose call it is: that of the proxy's client where the method is the proxy's, else the peer's. */
export function callerOf(call: {
  getPath(): string
  getPeer(): string
  metadata: Metadata
}): Caller {
  const isOfProxy = call.getPath().startsWith('/defguard.enrollment.v1.')
  return isOfProxy ? clientOf(call.metadata) : peerOf(call)
}

/** The credential of `authorization: Bearer <secret>`; empty when there is none. */
export function bearerOf(metadata: Metadata): string {
  const [header] = metadata.get('authorization')
  return /^Bearer (\S+)$/i.exec(String(header ?? ''))?.[1] ?? ''
}

/** A value as it was before the proxy made it printable for a header. */
function value(metadata: Metadata, name: string): string | undefined {
  const [first] = metadata.get(name)
  if (typeof first !== 'string' || first === '') return undefined
  const text = decode(first)
  // PostgreSQL takes none, and nobody honest sends one.
  return text.includes('\u0000') ? undefined : text.slice(0, VALUE_MAX)
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
