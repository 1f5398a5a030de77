import type { Settings } from '../db/schema.js'
import type { Instance } from '../domain/instance.js'
import { DEFAULT_LANGUAGE, isLanguage, type Language } from '../domain/language.js'
import type { Sealer } from '../domain/sealing.js'
import type { SmtpSettings } from '../mail/transport.js'

/** The URLs of an installation, from its configuration: one slash at the end of each. */
export interface InstanceUrls {
  readonly url: string
  readonly proxyUrl: string
}

export function toInstance(
  settings: Pick<Settings, 'instanceId' | 'instanceName'>,
  urls: InstanceUrls,
): Instance {
  return { id: settings.instanceId, name: settings.instanceName, ...urls }
}

/** Whether mail can be sent at all; the one place that decides it. */
export function isSmtpConfigured(settings: Settings): boolean {
  return settings.smtpServer !== null && settings.smtpPort !== null && settings.smtpSender !== null
}

/** Whether people may reset a forgotten password themselves: without mail no link would reach them. */
export function isPasswordResetOffered(settings: Settings): boolean {
  return settings.passwordResetEnabled && isSmtpConfigured(settings)
}

export const SMTP_PASSWORD_IDENTITY = 'settings:smtp_password'

/** How to reach the mail server; undefined until it is configured. */
export function smtpOf(settings: Settings, sealer: Sealer): SmtpSettings | undefined {
  const { smtpServer, smtpPort, smtpSender, smtpUser, smtpPasswordSealed } = settings
  if (smtpServer === null || smtpPort === null || smtpSender === null) return undefined
  return {
    server: smtpServer,
    port: smtpPort,
    encryption: settings.smtpEncryption,
    sender: smtpSender,
    timeoutMs: settings.smtpTimeoutSeconds * 1000,
    ...(settings.smtpCa === null ? {} : { ca: settings.smtpCa }),
    ...(smtpUser === null || smtpPasswordSealed === null
      ? {}
      : { user: smtpUser, password: sealer.open(smtpPasswordSealed, SMTP_PASSWORD_IDENTITY) }),
  }
}

/** A person's language: theirs, else the instance's. */
export function languageOf(person: { language: string | null }, settings: Settings): Language {
  const candidates = [person.language, settings.defaultLanguage]
  return (
    (candidates.find((tag) => tag !== null && isLanguage(tag)) as Language | undefined) ??
    DEFAULT_LANGUAGE
  )
}
