import type { DeviceConfigReply, EnrollmentReply } from '../../../src/http/contract.js'
import type { PasswordRefusal } from './password.js'

/*
 * Where a person stands. One union, so that no screen can be shown without what it needs; changed
 * only by `next` (next.ts), which is pure.
 */

export type Step = 'welcome' | 'data' | 'password' | 'vpn' | 'finish'
/** Between the password and the activation, for those who want or need a second factor. */
export type SubStep = 'choose_factor' | 'second_factor'
export type How = 'browser' | 'app'
export type FactorMethod = 'totp' | 'email'
export type Admin = EnrollmentReply['admin']
export type LocationConfig = DeviceConfigReply['configs'][number]

/** The answer of core, and when it ends by the clock of this browser (milliseconds). */
export interface Session extends EnrollmentReply {
  readonly endsAt: number
}

/** What was typed or chosen and must survive a reload. Nothing secret belongs here. */
export interface Drafts {
  readonly phone?: string | undefined
  readonly note?: string | undefined
  readonly notesSent?: number | undefined
  readonly wantsSecondFactor?: boolean | undefined
  readonly factorMethod?: FactorMethod | undefined
  readonly hasSavedCodes?: boolean | undefined
  readonly deviceName?: string | undefined
  readonly keySource?: 'generated' | 'own' | undefined
  readonly ownPublicKey?: string | undefined
}

/** A second factor in the making. It holds secrets, and lives in the memory of this page alone. */
export type SecondFactor =
  | { readonly stage: 'offered'; readonly method: 'totp'; readonly secret: string }
  | { readonly stage: 'offered'; readonly method: 'email' }
  /** The recovery codes are shown only once. */
  | { readonly stage: 'proved'; readonly recoveryCodes: readonly string[] }

/** A device made in this page. Its private key exists nowhere else, and is lost with the page. */
export interface AddedDevice {
  readonly name: string
  readonly configs: readonly LocationConfig[]
  /** Undefined when the person brought their own public key. */
  readonly privateKey: string | undefined
}

export type Notice =
  | 'already_activated'
  | 'phone_refused'
  | PasswordRefusal
  /** It went with a reload, after the second factor was set up. */
  | 'password_forgotten'
  /** Another tab has taken over the session that the factor belonged to. */
  | 'factor_lost'
  /** Too many wrong codes have ended the secret before. */
  | 'secret_renewed'

/** The clock does not run yet: nothing was sent. */
export interface Invited {
  readonly phase: 'invited'
  readonly page: 'landing' | 'choose' | 'app'
  readonly token: string | undefined
  readonly how: How | undefined
}

/** A link that this page is not for, as its token tells without asking anybody. */
export interface OtherLink {
  readonly phase: 'other_link'
  readonly purpose: 'password_reset' | 'network_device'
  readonly token: string
}

export interface Enrolling {
  readonly phase: 'enrolling'
  readonly page: 'choose' | 'app' | Step | SubStep
  /** Undefined after a reload of the last page, where it is no longer kept. */
  readonly token: string | undefined
  readonly session: Session
  readonly drafts: Drafts
  /** Chosen, and sent when the second factor is ready. In the memory of this page alone. */
  readonly password: string | undefined
  readonly secondFactor: SecondFactor | undefined
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
  /** Made in time and perhaps not yet saved: shown until the person goes on. */
  readonly device?: AddedDevice | undefined
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
  /** Of the dead link, to ask for a new one. */
  readonly token: string | undefined
  /** Known when the session had begun. */
  readonly admin: Admin | undefined
  /** Of somebody who has an account all the same. */
  readonly farewell: Farewell | undefined
  readonly hasAskedForLink: boolean
}

export type Flow = Invited | OtherLink | Resuming | Enrolling | Finished | DeadEnd
