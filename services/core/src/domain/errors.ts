/**
 * Why a request is refused: a closed set, as fine as the places where the answer differs. What each
 * reason looks like outside (status, text, public word) is one table in `grpc/status.ts`.
 */
export type ErrorReason =
  // the steps of an enrollment
  | 'no_session'
  | 'session_unknown'
  | 'session_wrong_kind'
  | 'session_over'
  | 'session_user_disabled'
  | 'token_unknown'
  | 'token_used'
  | 'token_revoked'
  | 'token_expired'
  | 'wrong_token_kind'
  | 'start_user_disabled'
  | 'activate_user_disabled'
  | 'already_enrolled'
  | 'invalid_phone'
  | 'password_too_short'
  | 'password_too_long'
  | 'password_common'
  | 'password_personal'
  | 'mfa_missing'
  | 'mfa_user_disabled'
  | 'mfa_already_enrolled'
  | 'mfa_method'
  | 'mfa_totp_code'
  | 'mfa_email_code'
  | 'device_user_disabled'
  | 'devices_admin_only'
  | 'invalid_pubkey'
  | 'pubkey_taken'
  | 'device_name_missing'
  | 'invalid_device_name'
  | 'device_name_taken'
  | 'device_limit'
  | 'location_full'
  | 'network_info_user_disabled'
  | 'device_not_found'
  | 'device_of_other_user'
  | 'location_not_found'
  | 'mobile_device_unknown'
  | 'polling_token_unknown'
  | 'poll_user_disabled'
  | 'note_limit'
  // a password reset
  | 'reset_start_user_disabled'
  | 'reset_user_disabled'
  // administration
  | 'not_logged_in'
  | 'login_failed'
  | 'mfa_code_required'
  | 'login_code_wrong'
  | 'not_allowed'
  | 'scope_missing'
  | 'login_required'
  | 'mfa_setup_required'
  | 'mfa_not_set_up'
  | 'password_wrong'
  | 'invalid_argument'
  | 'already_exists'
  | 'not_found'
  | 'user_already_activated'
  | 'user_not_activated'
  | 'user_disabled'
  | 'last_admin'
  | 'old_password_wrong'
  | 'last_allowed_group'
  | 'own_rights'
  | 'changed_meanwhile'
  | 'smtp_not_configured'
  | 'invalid_template'
  | 'mail_sent'
  | 'mail_sending'
  | 'mail_over'
  // gateways
  | 'gateway_token_missing'
  | 'gateway_token_invalid'
  | 'gateway_version_missing'
  | 'gateway_version_old'
  | 'gateway_hostname_missing'
  | 'gateway_too_slow'
  | 'gateway_replaced'
  | 'location_too_large'
  // anywhere
  | 'stopping'
  | 'busy'
  | 'rate_limited'

/** What is wrong with one field of a request. */
export interface Violation {
  readonly field: string
  readonly message: string
}

/** A refusal that the caller may know about; everything else that is thrown is a fault. */
export class DomainError extends Error {
  override readonly name = 'DomainError'

  constructor(
    readonly reason: ErrorReason,
    /** For the reasons whose text varies; the others have theirs in the table. Never holds a secret. */
    message: string = reason,
    readonly violations: readonly Violation[] = [],
    /** Of a refusal that passes by itself: after how long. */
    readonly retryAfterS?: number,
  ) {
    super(message)
  }
}

/** Refuses a request with all that is wrong with it, or does nothing if the list is empty. */
export function assertNoViolations(violations: readonly Violation[]): void {
  if (violations.length === 0) return
  const message = violations
    .map((violation) => `${violation.field}: ${violation.message}`)
    .join('; ')
  throw new DomainError('invalid_argument', message, violations)
}
