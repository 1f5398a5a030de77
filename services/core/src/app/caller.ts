import type { Role } from '../domain/user.js'

/** Who is on the other end of a call, as far as they say; nothing here is verified. */
export interface Caller {
  readonly requestId?: string | undefined
  /** The client's address as the proxy or the listener saw it. */
  readonly ip?: string | undefined
  readonly userAgent?: string | undefined
  /** The value of `Accept-Language`. */
  readonly language?: string | undefined
}

/** Somebody whose session was checked for this call. */
export interface LoggedIn<R extends Role = Role> {
  readonly sessionId: number
  readonly userId: number
  readonly username: string
  /** The strongest that they have. */
  readonly role: R
  readonly caller: Caller
}

/** May do everything. */
export type Admin = LoggedIn<'admin'>

/** May act on people and groups without a role, and as an admin on all: `targets.ts` tells them apart. */
export type UserAdmin = LoggedIn<'user_admin' | 'admin'>

/** The other end of a reply that may take long. */
export interface StreamCaller {
  /** Aborted once nobody is there any more. */
  readonly signal: AbortSignal
  /** Checks the session again. @throws DomainError `not_logged_in`, `not_allowed` */
  readmit(): Promise<unknown>
}
