import type { Language } from '../domain/language.js'
import type { MfaMethod } from '../domain/mfa.js'
import { TEXTS_DE } from './texts-de.js'
import { TEXTS_EN } from './texts-en.js'
import { TEXTS_PL } from './texts-pl.js'

/** Every sentence of every mail; a language is complete or does not compile. */
export interface MailTexts {
  readonly contact: {
    readonly name: string
    readonly email: string
    readonly phone: string
  }
  readonly invitation: {
    subject(instance: string): string
    heading(firstName: string): string
    intro(invitedBy: string, instance: string): string
    readonly validUntil: string
    readonly timeToFinish: string
    readonly timeHint: string
    readonly browserTitle: string
    readonly browserButton: string
    readonly browserLink: string
    readonly appTitle: string
    readonly appButton: string
    readonly appHint: string
    readonly appManual: string
    readonly instanceUrl: string
    readonly token: string
    readonly contactTitle: string
    readonly notExpectedTitle: string
    notExpected(invitedBy: string): string
  }
  readonly reminder: {
    subject(instance: string): string
    intro(invitedBy: string, instance: string): string
    /** How to go on once it is too late. */
    afterwards(invitedBy: string): string
  }
  readonly desktopActivation: {
    subject(instance: string): string
    intro(invitedBy: string, instance: string): string
    readonly computerTitle: string
    readonly phoneTitle: string
    readonly phoneHint: string
    readonly qrCode: string
  }
  readonly enrollmentCompleted: {
    subject(name: string): string
    readonly heading: string
    intro(name: string): string
    readonly name: string
    readonly username: string
    readonly completedAt: string
    readonly devices: string
  }
  readonly newDevice: {
    subject(deviceName: string): string
    readonly heading: string
    intro(instance: string): string
    readonly device: string
    readonly publicKey: string
    location(name: string): string
    readonly addedAt: string
    readonly clientAddress: string
    readonly clientDevice: string
    readonly notYouTitle: string
    /** Nobody in particular to tell: the administrators. */
    readonly notYou: string
    tell(name: string): string
  }
  readonly passwordReset: {
    subject(instance: string): string
    heading(firstName: string): string
    intro(instance: string): string
    readonly button: string
    readonly link: string
    readonly validUntil: string
    readonly timeToFinish: string
    readonly notYouTitle: string
    readonly notYou: string
  }
  readonly passwordChanged: {
    subject(instance: string): string
    readonly heading: string
    intro(instance: string): string
    readonly username: string
    readonly changedAt: string
    readonly notYouTitle: string
    readonly notYou: string
    tell(name: string): string
  }
  readonly mfaCode: {
    subject(instance: string): string
    readonly heading: string
    intro(instance: string): string
    readonly code: string
    readonly validFor: string
    readonly notYouTitle: string
    readonly notYou: string
    tell(name: string): string
  }
  readonly mfaEnabled: {
    subject(instance: string): string
    readonly heading: string
    intro(instance: string): string
    readonly method: string
    readonly methods: Readonly<Record<MfaMethod, string>>
    readonly enabledAt: string
    readonly notYouTitle: string
    readonly notYou: string
    tell(name: string): string
  }
  readonly mistakeReported: {
    subject(name: string): string
    readonly heading: string
    intro(name: string): string
    readonly dataTitle: string
    readonly reportedAt: string
    readonly unchanged: string
  }
  readonly newLinkRequested: {
    subject(name: string): string
    readonly heading: string
    intro(name: string): string
    readonly requestedAt: string
    readonly howTitle: string
    readonly command: string
    readonly notSure: string
  }
  readonly gateway: {
    readonly location: string
    readonly hostname: string
    readonly goneSince: string
    readonly token: string
    tokenExpired(instant: string): string
    readonly backSince: string
    /** How many are not named, and how to see them. */
    more(count: number): string
  }
  readonly gatewayDisconnected: {
    subject(gateway: string, location: string): string
    subjectOfMany(count: number): string
    readonly heading: string
    readonly intro: string
  }
  readonly gatewayReconnected: MailTexts['gatewayDisconnected']
  readonly test: {
    subject(instance: string): string
    readonly heading: string
    intro(instance: string): string
    readonly server: string
    readonly sentAt: string
  }
  sentBy(instance: string): string
}

export const MAIL_TEXTS: Readonly<Record<Language, MailTexts>> = {
  en: TEXTS_EN,
  pl: TEXTS_PL,
  de: TEXTS_DE,
}
