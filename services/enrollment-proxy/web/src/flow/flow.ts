import type { DeviceConfigReply, EnrollmentReply } from '../../../src/http/contract.js'

/*
 * Where a person stands. One union, so that no screen can be shown without what it needs; changed
 * only by `next` (next.ts), which is pure.
 */

export type Step = 'welcome' | 'data' | 'password' | 'vpn' | 'finish'
export type How = 'browser' | 'app'
export type Admin = EnrollmentReply['admin']
export type LocationConfig = DeviceConfigReply['configs'][number]

/** The answer of core, and when it ends by the clock of this browser (milliseconds). */
export interface Session extends EnrollmentReply {
  readonly endsAt: number
}

/** What was typed and must survive a reload. No password and no private key belongs here. */
export interface Drafts {
  readonly phone?: string | undefined
  readonly deviceName?: string | undefined
  readonly keySource?: 'generated' | 'own' | undefined
  readonly ownPublicKey?: string | undefined
}

/** A device made in this page. Its private key exists nowhere else, and is lost with the page. */
export interface AddedDevice {
  readonly name: string
  readonly configs: readonly LocationConfig[]
  /** Undefined when the person brought their own public key. */
  readonly privateKey: string | undefined
}

export type Notice = 'already_activated' | 'phone_refused'

/** The clock does not run yet: nothing was sent. */
export interface Invited {
  readonly phase: 'invited'
  readonly page: 'landing' | 'choose' | 'app'
  readonly token: string | undefined
  readonly how: How | undefined
}

export interface Enrolling {
  readonly phase: 'enrolling'
  readonly page: 'choose' | 'app' | Step
  /** Undefined after a reload of the last page, where it is no longer kept. */
  readonly token: string | undefined
  readonly session: Session
  readonly drafts: Drafts
  readonly device: AddedDevice | undefined
  /** The name of a device whose keys went with a reload. */
  readonly lostDevice: string | undefined
  readonly notice: Notice | undefined
}

/** A reload in the middle: the session is asked for again. */
export interface Resuming {
  readonly phase: 'resuming'
  readonly saved: SavedEnrolling
  /** The server had a fault; another reload may do. */
  readonly hasFailed?: boolean
}

export interface SavedEnrolling
  extends Pick<Enrolling, 'page' | 'token' | 'drafts' | 'lostDevice'> {
  /** Whose session it was: another tab may hold another person's. */
  readonly login: string
}

/** All of the last page that outlives the session; holds no secret. */
export interface Farewell {
  readonly firstName: string
  readonly login: string
  readonly instanceName: string
  readonly message: string
  readonly admin: Admin
  /** A device made in the page, for which there is a configuration to import. */
  readonly deviceName: string | undefined
}

export interface Finished {
  readonly phase: 'finished'
  readonly farewell: Farewell
}

export type DeadEndReason =
  | 'token_unknown'
  | 'token_used'
  | 'token_expired'
  | 'token_revoked'
  | 'wrong_token_kind'
  | 'session_over'
  | 'user_disabled'

export interface DeadEnd {
  readonly phase: 'dead_end'
  readonly reason: DeadEndReason
  /** Known when the session had begun. */
  readonly admin: Admin | undefined
}

export type Flow = Invited | Resuming | Enrolling | Finished | DeadEnd

export function invited(token: string | undefined): Invited {
  return { phase: 'invited', page: 'landing', token, how: undefined }
}
