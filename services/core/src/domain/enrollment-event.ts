/** What can happen to an enrollment token, by the action that the audit log has for it. */
export const EVENT_OF_ACTION = {
  'enrollment.token_issued': 'issued',
  'desktop.token_issued': 'issued',
  'network_device.token_issued': 'issued',
  'enrollment.resent': 'issued',
  'mail.sent': 'mail_sent',
  'mail.failed': 'mail_failed',
  'mail.given_up': 'mail_given_up',
  'mail.retried': 'mail_retried',
  'mail.cancelled': 'mail_cancelled',
  'enrollment.started': 'started',
  'enrollment.start_refused': 'start_refused',
  'enrollment.mistake_reported': 'note',
  'enrollment.new_link_requested': 'new_link_requested',
  'enrollment.device_added': 'device_added',
  'network_device.configured': 'device_added',
  'enrollment.activated': 'activated',
  'enrollment.activation_refused': 'activation_refused',
  'enrollment.revoked': 'revoked',
  'enrollment.session_ended': 'over',
  'enrollment.expired': 'expired',
} as const

export type WatchedAction = keyof typeof EVENT_OF_ACTION
export type EnrollmentEventKind = (typeof EVENT_OF_ACTION)[WatchedAction]
