import type { Violation } from './errors.js'
import { isLanguage, LANGUAGES } from './language.js'
import { parseHost } from './location.js'
import { PASSWORD_MAX_LENGTH } from './password.js'
import { certificatesProblem, loginProblem, SMTP_TIMEOUT_S } from './smtp-settings.js'
import { parseEmail, parseName } from './user.js'

/** The settings an admin may change; an optional one is cleared by null. */
export interface SettingsChange {
  readonly instanceName: string
  readonly logo: string | null
  readonly accentColor: string | null
  readonly defaultLanguage: string
  readonly supportContactName: string | null
  readonly supportContactEmail: string | null
  readonly supportContactPhone: string | null
  readonly enrollmentUseWelcomeMessageAsEmail: boolean
  readonly enrollmentSendWelcomeEmail: boolean
  readonly enrollmentVpnStepOptional: boolean
  readonly onlyClientActivation: boolean
  readonly adminDeviceManagement: boolean
  readonly passwordMinLength: number
  readonly smtpServer: string | null
  readonly smtpPort: number | null
  readonly smtpEncryption: 'none' | 'starttls' | 'implicittls'
  readonly smtpUser: string | null
  readonly smtpPassword: string | null
  readonly smtpSender: string | null
  readonly smtpCa: string | null
  readonly smtpTimeoutSeconds: number
  readonly notifyAdminEnrollmentCompleted: boolean
  readonly notifyUserNewDevice: boolean
  readonly enrollmentMfaRequired: boolean
  readonly notifyUserMfaEnabled: boolean
  readonly passwordResetEnabled: boolean
  readonly notifyUserPasswordChanged: boolean
  readonly notifyAdminMistakeReported: boolean
  readonly notifyAdminNewLinkRequested: boolean
  readonly enrollmentReminder: boolean
  readonly enrollmentResendCooldownSeconds: number
  readonly auditRetentionMonths: number
  readonly gatewayDisconnectNotificationsEnabled: boolean
  readonly gatewayDisconnectNotificationsInactivityThreshold: number
  readonly gatewayDisconnectNotificationsReconnectNotificationEnabled: boolean
}

export type SettingsField = keyof SettingsChange

const PASSWORD_MIN_LENGTH = 8
const COOLDOWN_MAX_S = 3600
const RETENTION_MONTHS = { min: 3, max: 240 }
/** Up to a week. */
const INACTIVITY_MINUTES = { min: 1, max: 10_080 }
const LOGO_MAX_LENGTH = Math.ceil((256 * 1024 * 4) / 3) + 40

/** The named fields, checked and trimmed; every problem is added to `violations`. */
export function parseSettings(
  change: SettingsChange,
  fields: readonly SettingsField[],
  violations: Violation[],
): Partial<SettingsChange> {
  const parsed: Record<string, unknown> = {}
  for (const field of fields) {
    const sent = change[field]
    const isTrimmed = typeof sent === 'string' && field !== 'smtpPassword'
    const value = isTrimmed ? sent.trim() : sent
    const problem = value === null ? undefined : PROBLEM_OF[field]?.(value as never)
    if (problem === undefined) parsed[field] = field === 'smtpServer' ? toHost(value) : value
    else violations.push({ field: toSnakeCase(field), message: problem })
  }
  return parsed as Partial<SettingsChange>
}

const NAME_PROBLEM = 'must be 1 to 100 characters, without control characters'
const nameProblem = (text: string) => (parseName(text) === undefined ? NAME_PROBLEM : undefined)
const emailProblem = (text: string) =>
  parseEmail(text) === undefined ? 'must be an e-mail address' : undefined

/** What is wrong with a value, per field; fields that are missing here take any value of their type. */
const PROBLEM_OF: {
  readonly [Field in SettingsField]?: (
    value: NonNullable<SettingsChange[Field]>,
  ) => string | undefined
} = {
  instanceName: nameProblem,
  supportContactName: nameProblem,
  supportContactPhone: nameProblem,
  supportContactEmail: emailProblem,
  smtpSender: emailProblem,
  smtpUser: loginProblem,
  smtpPassword: loginProblem,
  smtpCa: certificatesProblem,
  smtpTimeoutSeconds: (seconds) =>
    seconds >= SMTP_TIMEOUT_S.min && seconds <= SMTP_TIMEOUT_S.max
      ? undefined
      : `must be ${SMTP_TIMEOUT_S.min} to ${SMTP_TIMEOUT_S.max}`,
  logo: (text) =>
    /^data:image\/(png|jpeg|webp);base64,[A-Za-z0-9+/]+=*$/.test(text) &&
    text.length <= LOGO_MAX_LENGTH
      ? undefined
      : 'must be a data: URL of a PNG, JPEG or WebP of at most 256 KiB',
  accentColor: (text) =>
    /^#[0-9a-f]{6}$/i.test(text) ? undefined : 'must be a colour such as #0b5fff',
  defaultLanguage: (tag) =>
    isLanguage(tag) ? undefined : `must be one of ${LANGUAGES.join(', ')}`,
  passwordMinLength: (length) =>
    length >= PASSWORD_MIN_LENGTH && length <= PASSWORD_MAX_LENGTH
      ? undefined
      : `must be ${PASSWORD_MIN_LENGTH} to ${PASSWORD_MAX_LENGTH}`,
  enrollmentResendCooldownSeconds: (seconds) =>
    seconds >= 0 && seconds <= COOLDOWN_MAX_S ? undefined : `must be 0 to ${COOLDOWN_MAX_S}`,
  auditRetentionMonths: (months) =>
    months >= RETENTION_MONTHS.min && months <= RETENTION_MONTHS.max
      ? undefined
      : `must be ${RETENTION_MONTHS.min} to ${RETENTION_MONTHS.max}`,
  gatewayDisconnectNotificationsInactivityThreshold: (minutes) =>
    minutes >= INACTIVITY_MINUTES.min && minutes <= INACTIVITY_MINUTES.max
      ? undefined
      : `must be ${INACTIVITY_MINUTES.min} to ${INACTIVITY_MINUTES.max} minutes`,
  smtpServer: (host) =>
    parseHost(host) === undefined ? 'must be a host name or an IP address' : undefined,
  smtpPort: (port) => (port >= 1 && port <= 65_535 ? undefined : 'must be 1 to 65535'),
  smtpEncryption: (mode) =>
    ['none', 'starttls', 'implicittls'].includes(mode)
      ? undefined
      : 'must be none, starttls or implicittls',
}

/** As programs take it: an IPv6 address without its brackets. */
function toHost(value: unknown): unknown {
  return typeof value === 'string' ? parseHost(value) : value
}

function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
