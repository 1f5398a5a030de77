import type { Scope } from '../domain/scope.js'
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

/** Somebody whose credential was checked for this call. */
export interface LoggedIn<R extends Role = Role> {
  readonly userId: number
  readonly username: string
  /** The strongest that they have. */
  readonly role: R
  readonly caller: Caller
  /** The token with which a program acts for them; absent in a session. */
  readonly apiToken?: UsedApiToken
}

export interface UsedApiToken {
  readonly id: number
  readonly name: string
  readonly scopes: readonly Scope[]
}

/** The same in a session, for what no API token does. */
export interface InSession<R extends Role = Role> extends LoggedIn<R> {
  readonly sessionId: number
}

/** May do everything. */
export type Admin = LoggedIn<'admin'>

/** May act on people and groups without a role, and as an admin on all: `targets.ts` tells them apart. */
export type UserAdmin = LoggedIn<'user_admin' | 'admin'>

/** The other end of a reply that may take long. */
export interface StreamCaller {
  /** Aborted once nobody is there any more. */
  readonly signal: AbortSignal
  /** Checks the credential again. @throws DomainError those of the gate */
  readmit(): Promise<unknown>
}
