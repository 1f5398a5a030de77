import { Settings } from '@defguard/proto/admin/v1/settings'
import { usageError } from './cli-error.js'

/** How a setting is written on the command line; an optional one can be cleared. */
type Kind = 'text' | 'optional_text' | 'boolean' | 'integer' | 'optional_integer' | 'secret'

/** Every setting that can be changed, by its name in the protocol. */
export const SETTINGS = {
  instance_name: 'text',
  logo: 'optional_text',
  accent_color: 'optional_text',
  default_language: 'text',
  support_contact_name: 'optional_text',
  support_contact_email: 'optional_text',
  support_contact_phone: 'optional_text',
  enrollment_use_welcome_message_as_email: 'boolean',
  enrollment_send_welcome_email: 'boolean',
  enrollment_vpn_step_optional: 'boolean',
  only_client_activation: 'boolean',
  admin_device_management: 'boolean',
  password_min_length: 'integer',
  smtp_server: 'optional_text',
  smtp_port: 'optional_integer',
  smtp_encryption: 'text',
  smtp_user: 'optional_text',
  smtp_password: 'secret',
  smtp_sender: 'optional_text',
  smtp_ca: 'optional_text',
  smtp_timeout_seconds: 'integer',
  notify_admin_enrollment_completed: 'boolean',
  notify_user_new_device: 'boolean',
  enrollment_mfa_required: 'boolean',
  notify_user_mfa_enabled: 'boolean',
  password_reset_enabled: 'boolean',
  notify_user_password_changed: 'boolean',
  notify_admin_mistake_reported: 'boolean',
  notify_admin_new_link_requested: 'boolean',
  enrollment_reminder: 'boolean',
  enrollment_resend_cooldown_seconds: 'integer',
  audit_retention_months: 'integer',
  gateway_disconnect_notifications_enabled: 'boolean',
  gateway_disconnect_notifications_inactivity_threshold: 'integer',
  gateway_disconnect_notifications_reconnect_notification_enabled: 'boolean',
} as const satisfies Record<Exclude<keyof Settings, 'smtp_password_set'>, Kind>

export type SettingName = keyof typeof SETTINGS

export function isSetting(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name)
}

/** The message of an update that changes the named settings; the others in it mean nothing. */
export function toUpdate(changes: ReadonlyMap<SettingName, string>): Settings {
  const nothing = Settings.decode(new Uint8Array())
  const values = [...changes].map(([name, text]) => [name, parseSetting(name, text)])
  return { ...nothing, ...Object.fromEntries(values) }
}

/** @throws CliError usage, for a text that is no value of the setting */
function parseSetting(name: SettingName, text: string): string | number | boolean | undefined {
  const kind: Kind = SETTINGS[name]
  const isOptional = kind === 'secret' || kind.startsWith('optional')
  if (text === '' && isOptional) return undefined
  if (kind === 'boolean') return parseBoolean(name, text)
  if (kind === 'integer' || kind === 'optional_integer') return parseWhole(name, text)
  return text
}

function parseBoolean(name: string, text: string): boolean {
  const word = text.trim().toLowerCase()
  if (['true', 'yes', 'on'].includes(word)) return true
  if (['false', 'no', 'off'].includes(word)) return false
  throw usageError(`${name} is true or false, not "${text}".`)
}

function parseWhole(name: string, text: string): number {
  const value = Number(text)
  // The protocol has 32 bits; what makes sense is core's to say.
  if (/^\d{1,9}$/.test(text.trim())) return value
  throw usageError(`${name} is a whole number, not "${text}".`)
}
