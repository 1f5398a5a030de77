import { Metadata, type ServiceError, status } from '@grpc/grpc-js'

/** A call that core refused, or that never got as far as core. */
export class CoreFailure extends Error {
  override readonly name = 'CoreFailure'
  readonly code: status
  /** What core lets the person read; without a reason, core has not said anything. */
  readonly refusal: { readonly text: string; readonly reason: string } | undefined
  /** With the reason `rate_limited`: seconds to wait, as core counts them. */
  readonly retryAfterS: number | undefined

  constructor(err: ServiceError, isConnected: boolean) {
    super(err.message, { cause: err })
    // A call that waited in vain for a connection is told apart from one that core sat on.
    const isUnsent = err.code === status.DEADLINE_EXCEEDED && !isConnected
    this.code = isUnsent ? status.UNAVAILABLE : err.code
    const reason = trailerOf(err, 'error-reason')
    const isWord = reason !== undefined && /^[a-z][a-z0-9_]*$/.test(reason)
    this.refusal = isWord ? { text: err.details, reason } : undefined
    const seconds = trailerOf(err, 'retry-after')
    this.retryAfterS =
      seconds !== undefined && /^\d{1,6}$/.test(seconds) ? Number(seconds) : undefined
  }

  /** A call that is not even tried, since too many wait for core already. */
  static tooMany(): CoreFailure {
    const message = 'too many calls wait for core'
    const err = { code: status.UNAVAILABLE, details: message, metadata: new Metadata() }
    return new CoreFailure(Object.assign(new Error(message), err), true)
  }
}

function trailerOf(err: ServiceError, name: string): string | undefined {
  const [value] = err.metadata?.get(name) ?? []
  return value?.toString()
}
