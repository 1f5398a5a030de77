/** Who is on the other end of a call, as far as they say; nothing here is verified. */
export interface Caller {
  readonly requestId?: string | undefined
  /** The client's address as the proxy or the listener saw it. */
  readonly ip?: string | undefined
  readonly userAgent?: string | undefined
  /** The value of `Accept-Language`. */
  readonly language?: string | undefined
}

/** An admin whose session was checked for this call. */
export interface Admin {
  readonly sessionId: number
  readonly userId: number
  readonly username: string
  readonly caller: Caller
}
