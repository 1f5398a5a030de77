import type {
  Settings as SettingsMessage,
  SettingsServiceServer,
} from '@defguard/proto/admin/v1/settings'
import type { Settings } from '../app/settings.js'
import type { SettingsChange, SettingsField } from '../domain/settings.js'
import type { AdminCalls } from './admin-calls.js'
import { parseMask } from './update-mask.js'

/** Which field of the message is which setting; also the list of paths a mask may name. */
const FIELDS = {
  instance_name: 'instanceName',
  logo: 'logo',
  accent_color: 'accentColor',
  default_language: 'defaultLanguage',
  support_contact_name: 'supportContactName',
  support_contact_email: 'supportContactEmail',
  support_contact_phone: 'supportContactPhone',
  enrollment_use_welcome_message_as_email: 'enrollmentUseWelcomeMessageAsEmail',
  enrollment_send_welcome_email: 'enrollmentSendWelcomeEmail',
  enrollment_vpn_step_optional: 'enrollmentVpnStepOptional',
  only_client_activation: 'onlyClientActivation',
  admin_device_management: 'adminDeviceManagement',
  password_min_length: 'passwordMinLength',
  smtp_server: 'smtpServer',
  smtp_port: 'smtpPort',
  smtp_encryption: 'smtpEncryption',
  smtp_user: 'smtpUser',
  smtp_password: 'smtpPassword',
  smtp_sender: 'smtpSender',
  smtp_ca: 'smtpCa',
  smtp_timeout_seconds: 'smtpTimeoutSeconds',
  notify_admin_enrollment_completed: 'notifyAdminEnrollmentCompleted',
  notify_user_new_device: 'notifyUserNewDevice',
  enrollment_mfa_required: 'enrollmentMfaRequired',
  notify_user_mfa_enabled: 'notifyUserMfaEnabled',
  password_reset_enabled: 'passwordResetEnabled',
  notify_user_password_changed: 'notifyUserPasswordChanged',
  notify_admin_mistake_reported: 'notifyAdminMistakeReported',
  notify_admin_new_link_requested: 'notifyAdminNewLinkRequested',
  enrollment_reminder: 'enrollmentReminder',
  enrollment_resend_cooldown_seconds: 'enrollmentResendCooldownSeconds',
  audit_retention_months: 'auditRetentionMonths',
  gateway_disconnect_notifications_enabled: 'gatewayDisconnectNotificationsEnabled',
  gateway_disconnect_notifications_inactivity_threshold:
    'gatewayDisconnectNotificationsInactivityThreshold',
  gateway_disconnect_notifications_reconnect_notification_enabled:
    'gatewayDisconnectNotificationsReconnectNotificationEnabled',
} as const satisfies Partial<Record<keyof SettingsMessage, SettingsField>>

export function settingsHandlers(calls: AdminCalls, settings: Settings): SettingsServiceServer {
  return {
    getSettings: calls.admin('read', async () => ({ settings: toSettings(await settings.get()) })),

    updateSettings: calls.admin('write', async (request, admin) => {
      const fields = parseMask(request.update_mask, FIELDS)
      const change = toChange(request.settings)
      return { settings: toSettings(await settings.update(admin, change, fields)) }
    }),
  }
}

/** Absent optional fields become null: named by the mask, they are cleared. */
function toChange(message: SettingsMessage | undefined): SettingsChange {
  const entries = Object.entries(FIELDS).map(([path, field]) => {
    return [field, message?.[path as keyof typeof FIELDS] ?? null]
  })
  return Object.fromEntries(entries) as unknown as SettingsChange
}

function toSettings(row: Awaited<ReturnType<Settings['get']>>): SettingsMessage {
  return {
    instance_name: row.instanceName,
    logo: row.logo ?? undefined,
    accent_color: row.accentColor ?? undefined,
    default_language: row.defaultLanguage,
    support_contact_name: row.supportContactName ?? undefined,
    support_contact_email: row.supportContactEmail ?? undefined,
    support_contact_phone: row.supportContactPhone ?? undefined,
    enrollment_use_welcome_message_as_email: row.enrollmentUseWelcomeMessageAsEmail,
    enrollment_send_welcome_email: row.enrollmentSendWelcomeEmail,
    enrollment_vpn_step_optional: row.enrollmentVpnStepOptional,
    only_client_activation: row.onlyClientActivation,
    admin_device_management: row.adminDeviceManagement,
    password_min_length: row.passwordMinLength,
    smtp_server: row.smtpServer ?? undefined,
    smtp_port: row.smtpPort ?? undefined,
    smtp_encryption: row.smtpEncryption,
    smtp_user: row.smtpUser ?? undefined,
    smtp_password: undefined,
    smtp_password_set: row.smtpPasswordSealed !== null,
    smtp_sender: row.smtpSender ?? undefined,
    smtp_ca: row.smtpCa ?? undefined,
    smtp_timeout_seconds: row.smtpTimeoutSeconds,
    notify_admin_enrollment_completed: row.notifyAdminEnrollmentCompleted,
    notify_user_new_device: row.notifyUserNewDevice,
    enrollment_mfa_required: row.enrollmentMfaRequired,
    notify_user_mfa_enabled: row.notifyUserMfaEnabled,
    password_reset_enabled: row.passwordResetEnabled,
    notify_user_password_changed: row.notifyUserPasswordChanged,
    notify_admin_mistake_reported: row.notifyAdminMistakeReported,
    notify_admin_new_link_requested: row.notifyAdminNewLinkRequested,
    enrollment_reminder: row.enrollmentReminder,
    enrollment_resend_cooldown_seconds: row.enrollmentResendCooldownSeconds,
    audit_retention_months: row.auditRetentionMonths,
    gateway_disconnect_notifications_enabled: row.gatewayDisconnectNotificationsEnabled,
    gateway_disconnect_notifications_inactivity_threshold:
      row.gatewayDisconnectNotificationsInactivityThreshold,
    gateway_disconnect_notifications_reconnect_notification_enabled:
      row.gatewayDisconnectNotificationsReconnectNotificationEnabled,
  }
}
