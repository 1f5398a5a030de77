import type { Language } from '../domain/language.js'
import type { MfaMethod } from '../domain/mfa.js'

/** Somebody to ask, with the ways to reach them that are known. */
export interface Contact {
  readonly name: string
  readonly email?: string | undefined
  readonly phone?: string | undefined
}

interface InvitationVariables {
  readonly instanceName: string
  readonly firstName: string
  readonly invitedBy: Contact
  readonly url: string
  readonly deepLink: string
  /** What to type into the app beside the token. */
  readonly instanceUrl: string
  readonly token: string
  readonly validUntil: string
  /** How long the person has once they start. */
  readonly sessionMs: number
}

/** A gateway that is not connected, or was not. */
interface GatewayOutage {
  readonly name: string
  readonly location: string
  /** Of its machine, as it told it. */
  readonly hostname: string | undefined
  readonly goneAt: string
}

/** What each kind of mail is made of. It waits as JSON, so instants are ISO 8601 texts. */
export interface MailVariables {
  readonly enrollment_invitation: InvitationVariables
  readonly enrollment_reminder: InvitationVariables
  readonly desktop_activation: {
    readonly instanceName: string
    readonly firstName: string
    readonly invitedBy: Contact
    readonly deepLink: string
    /** What the mobile app reads from the QR code. */
    readonly qr: string
    readonly instanceUrl: string
    readonly token: string
    readonly validUntil: string
    readonly sessionMs: number
  }
  readonly welcome: { readonly subject: string; readonly markdown: string }
  readonly enrollment_completed: {
    readonly name: string
    readonly username: string
    readonly completedAt: string
    readonly deviceCount: number
  }
  readonly new_device: {
    readonly instanceName: string
    /** As the person typed it. */
    readonly deviceName: string
    readonly publicKey: string
    readonly locations: readonly { readonly name: string; readonly addresses: readonly string[] }[]
    readonly addedAt: string
    /** From where and with what, if the person did it. */
    readonly clientAddress?: string | undefined
    readonly clientDevice?: string | undefined
    readonly tell: Contact | undefined
  }
  readonly mfa_code: {
    readonly instanceName: string
    readonly code: string
    readonly validMs: number
    readonly tell: Contact | undefined
  }
  readonly mfa_enabled: {
    readonly instanceName: string
    readonly methods: readonly MfaMethod[]
    readonly enabledAt: string
    readonly tell: Contact | undefined
  }
  readonly password_reset: {
    readonly instanceName: string
    readonly firstName: string
    readonly url: string
    readonly validUntil: string
    /** How long the person has once they start. */
    readonly sessionMs: number
  }
  readonly password_changed: {
    readonly instanceName: string
    readonly username: string
    readonly changedAt: string
    readonly tell: Contact | undefined
  }
  readonly mistake_reported: {
    readonly name: string
    readonly username: string
    readonly email: string
    readonly phone: string | undefined
    /** In the person's own words, of several lines. */
    readonly note: string
    readonly reportedAt: string
  }
  readonly new_link_requested: {
    readonly name: string
    readonly username: string
    readonly email: string
    /** Which token the admin may send again. */
    readonly tokenId: number
    readonly requestedAt: string
  }
  readonly gateway_disconnected: {
    readonly gateways: readonly (GatewayOutage & {
      /** Undefined if it is still good, and something else must be wrong. */
      readonly tokenExpiredAt: string | undefined
    })[]
    /** How many there are beside these. */
    readonly more: number
  }
  readonly gateway_reconnected: {
    readonly gateways: readonly (GatewayOutage & { readonly backAt: string })[]
    readonly more: number
  }
  readonly test: {
    readonly instanceName: string
    /** Host and port of the mail server that it goes through. */
    readonly server: string
    readonly sentAt: string
  }
}

export type MailKind = keyof MailVariables

type MailOf<Kind extends MailKind> = {
  readonly [K in Kind]: {
    readonly kind: K
    readonly recipient: string
    readonly language: Language
    readonly variables: MailVariables[K]
  }
}[Kind]

/** A mail before it is rendered; that happens when it is sent. */
export type OutgoingMail = MailOf<MailKind>

/** The link that a new person enrolls with, to the address that was chosen for it. */
export const invitationMail = messageOf('enrollment_invitation')
/** The same link again, shortly before it ends unopened. */
export const reminderMail = messageOf('enrollment_reminder')
/** What somebody who has an account adds a device in the client with. */
export const desktopActivationMail = messageOf('desktop_activation')
/** The company's words to a person who has enrolled. */
export const welcomeMail = messageOf('welcome')
/** Tells an admin that somebody they invited has enrolled. */
export const enrollmentCompletedMail = messageOf('enrollment_completed')
/** Tells a person of a device on their account, so that a thief's does not stay unseen. */
export const newDeviceMail = messageOf('new_device')
/** The code with which a person proves that they read their mail. */
export const mfaCodeMail = messageOf('mfa_code')
/** Tells a person of the second factors of their account. */
export const mfaEnabledMail = messageOf('mfa_enabled')
/** The link that a person sets another password with; only ever to the address on record. */
export const passwordResetMail = messageOf('password_reset')
/** Tells a person of their new password, so that a thief's does not stay unseen. */
export const passwordChangedMail = messageOf('password_changed')
/** Tells an admin what a person says is wrong with their data. */
export const mistakeReportedMail = messageOf('mistake_reported')
/** Tells an admin that somebody's link is dead before they could enroll. */
export const newLinkRequestedMail = messageOf('new_link_requested')
/** Tells an admin of gateways that no longer hear what changes. */
export const gatewayDisconnectedMail = messageOf('gateway_disconnected')
/** Tells an admin that gateways of such a mail are back. */
export const gatewayReconnectedMail = messageOf('gateway_reconnected')
/** Shows an admin that mail arrives. */
export const testMail = messageOf('test')

function messageOf<Kind extends MailKind>(kind: Kind) {
  return (recipient: string, language: Language, variables: MailVariables[Kind]) =>
    ({ kind, recipient, language, variables }) as MailOf<Kind>
}
