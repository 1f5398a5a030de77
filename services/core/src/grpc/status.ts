import { status } from '@grpc/grpc-js'
import type { ErrorReason } from '../domain/errors.js'

interface Refusal {
  readonly code: status
  /** What the caller may show; absent where the text varies and comes with the error. */
  readonly text?: string
  /** The word in the `error-reason` trailer; absent where it is the internal reason itself. */
  readonly publicReason?: string
}

/** What each reason looks like outside. A new reason does not compile until it has an answer here. */
export const REFUSALS = {
  no_session: { code: status.UNAUTHENTICATED, text: 'Missing authorization header' },
  session_unknown: {
    code: status.UNAUTHENTICATED,
    text: 'invalid token',
    publicReason: 'token_unknown',
  },
  session_wrong_kind: {
    code: status.PERMISSION_DENIED,
    text: 'invalid token',
    publicReason: 'wrong_token_kind',
  },
  session_over: { code: status.UNAUTHENTICATED, text: 'Session expired' },
  session_user_disabled: {
    code: status.PERMISSION_DENIED,
    text: 'user is disabled',
    publicReason: 'user_disabled',
  },
  token_unknown: { code: status.UNAUTHENTICATED, text: 'invalid token' },
  token_used: { code: status.UNAUTHENTICATED, text: 'invalid token' },
  token_revoked: { code: status.UNAUTHENTICATED, text: 'invalid token' },
  token_expired: { code: status.UNAUTHENTICATED, text: 'token expired' },
  wrong_token_kind: { code: status.PERMISSION_DENIED, text: 'invalid token' },
  start_user_disabled: {
    code: status.PERMISSION_DENIED,
    text: 'user is disabled',
    publicReason: 'user_disabled',
  },
  activate_user_disabled: {
    code: status.INVALID_ARGUMENT,
    text: 'user is disabled',
    publicReason: 'user_disabled',
  },
  already_enrolled: { code: status.INVALID_ARGUMENT, text: 'user already activated' },
  invalid_phone: { code: status.INVALID_ARGUMENT, text: 'invalid phone number' },
  password_too_short: { code: status.INVALID_ARGUMENT },
  password_too_long: {
    code: status.INVALID_ARGUMENT,
    text: 'password not strong enough: use at most 128 characters',
  },
  password_common: {
    code: status.INVALID_ARGUMENT,
    text: 'password not strong enough: it is one of the most common passwords',
  },
  password_personal: {
    code: status.INVALID_ARGUMENT,
    text: 'password not strong enough: it is your name, your e-mail address or the name of the company',
  },
  mfa_missing: {
    code: status.INVALID_ARGUMENT,
    text: 'multi-factor authentication is not set up',
  },
  mfa_user_disabled: {
    code: status.PERMISSION_DENIED,
    text: 'user is disabled',
    publicReason: 'user_disabled',
  },
  mfa_already_enrolled: {
    code: status.PERMISSION_DENIED,
    text: 'User is already enrolled',
    publicReason: 'already_enrolled',
  },
  mfa_method: { code: status.INVALID_ARGUMENT, text: 'Method not supported' },
  mfa_totp_code: {
    code: status.INVALID_ARGUMENT,
    text: 'Code invalid',
    publicReason: 'mfa_code',
  },
  mfa_email_code: {
    code: status.INVALID_ARGUMENT,
    text: 'Email code invalid',
    publicReason: 'mfa_code',
  },
  device_user_disabled: {
    code: status.INVALID_ARGUMENT,
    text: "can't add device to disabled user",
    publicReason: 'user_disabled',
  },
  devices_admin_only: {
    code: status.PERMISSION_DENIED,
    text: 'Only admin users can manage devices',
  },
  invalid_pubkey: { code: status.INVALID_ARGUMENT, text: 'invalid pubkey' },
  pubkey_taken: { code: status.INVALID_ARGUMENT, text: 'invalid key' },
  device_name_missing: {
    code: status.INVALID_ARGUMENT,
    text: 'device name is required',
    publicReason: 'invalid_device_name',
  },
  invalid_device_name: { code: status.INVALID_ARGUMENT, text: 'invalid device name' },
  device_name_taken: { code: status.INVALID_ARGUMENT, text: 'device name already in use' },
  device_limit: { code: status.INVALID_ARGUMENT, text: 'device limit reached' },
  location_full: { code: status.RESOURCE_EXHAUSTED },
  network_info_user_disabled: {
    code: status.PERMISSION_DENIED,
    text: 'user is disabled',
    publicReason: 'user_disabled',
  },
  device_not_found: { code: status.NOT_FOUND, text: 'device not found' },
  device_of_other_user: {
    code: status.UNAUTHENTICATED,
    text: 'enrollment token is not valid for specified device',
  },
  location_not_found: { code: status.NOT_FOUND, text: 'network not found' },
  mobile_device_unknown: {
    code: status.INVALID_ARGUMENT,
    text: "Device with given public key doesn't exist",
    publicReason: 'device_not_found',
  },
  polling_token_unknown: {
    code: status.PERMISSION_DENIED,
    text: 'invalid token',
    publicReason: 'token_unknown',
  },
  poll_user_disabled: {
    code: status.PERMISSION_DENIED,
    text: 'user inactive',
    publicReason: 'user_disabled',
  },
  note_limit: {
    code: status.RESOURCE_EXHAUSTED,
    text: 'no more notes can be sent with this link',
  },
  reset_start_user_disabled: {
    code: status.PERMISSION_DENIED,
    text: 'user disabled or not yet enrolled',
    publicReason: 'user_disabled',
  },
  reset_user_disabled: {
    code: status.PERMISSION_DENIED,
    text: 'user disabled',
    publicReason: 'user_disabled',
  },
  not_logged_in: { code: status.UNAUTHENTICATED, text: 'not logged in' },
  login_failed: { code: status.UNAUTHENTICATED, text: 'invalid username or password' },
  mfa_code_required: { code: status.UNAUTHENTICATED },
  login_code_wrong: {
    code: status.UNAUTHENTICATED,
    text: 'Code invalid',
    publicReason: 'mfa_code',
  },
  not_allowed: { code: status.PERMISSION_DENIED, text: 'your role does not allow this' },
  scope_missing: { code: status.PERMISSION_DENIED },
  login_required: {
    code: status.PERMISSION_DENIED,
    text: 'API tokens cannot do this: somebody has to log in',
  },
  mfa_setup_required: {
    code: status.PERMISSION_DENIED,
    text: 'this account must have a second factor: set it up first',
  },
  mfa_not_set_up: { code: status.FAILED_PRECONDITION, text: 'this account has no second factor' },
  password_wrong: { code: status.INVALID_ARGUMENT, text: 'the password is not right' },
  invalid_argument: { code: status.INVALID_ARGUMENT },
  already_exists: { code: status.ALREADY_EXISTS },
  not_found: { code: status.NOT_FOUND },
  user_already_activated: {
    code: status.FAILED_PRECONDITION,
    text: 'User account is already activated',
  },
  user_not_activated: {
    code: status.FAILED_PRECONDITION,
    text: 'User account is not activated',
  },
  user_disabled: { code: status.FAILED_PRECONDITION, text: 'user is disabled' },
  last_admin: {
    code: status.FAILED_PRECONDITION,
    text: 'at least one active administrator must remain',
  },
  old_password_wrong: { code: status.INVALID_ARGUMENT, text: 'the old password is not right' },
  last_allowed_group: { code: status.FAILED_PRECONDITION },
  own_rights: {
    code: status.INVALID_ARGUMENT,
    text: 'you cannot take away your own administrator rights',
  },
  changed_meanwhile: {
    code: status.ABORTED,
    text: 'it was changed meanwhile: look at it again',
  },
  smtp_not_configured: { code: status.FAILED_PRECONDITION, text: 'SMTP is not configured' },
  invalid_template: { code: status.INVALID_ARGUMENT },
  mail_sent: { code: status.FAILED_PRECONDITION, text: 'this mail was sent already' },
  mail_sending: { code: status.FAILED_PRECONDITION, text: 'this mail is just being sent' },
  mail_over: { code: status.FAILED_PRECONDITION },
  gateway_token_missing: { code: status.UNAUTHENTICATED, text: 'Missing authorization header' },
  gateway_token_invalid: { code: status.UNAUTHENTICATED, text: 'Invalid token' },
  gateway_version_missing: { code: status.FAILED_PRECONDITION, text: 'Missing version headers' },
  gateway_version_old: { code: status.FAILED_PRECONDITION },
  gateway_hostname_missing: {
    code: status.INVALID_ARGUMENT,
    text: 'Gateway hostname not found in request metadata',
  },
  gateway_too_slow: { code: status.UNAVAILABLE, text: 'the gateway does not read what it is told' },
  gateway_replaced: {
    code: status.UNAVAILABLE,
    text: 'too many newer streams have come with the token of the gateway',
  },
  location_too_large: { code: status.RESOURCE_EXHAUSTED },
  stopping: { code: status.UNAVAILABLE, text: 'core is stopping' },
  rate_limited: { code: status.RESOURCE_EXHAUSTED },
  busy: { code: status.UNAVAILABLE, text: 'too busy, try again in a moment' },
} satisfies Record<ErrorReason, Refusal>

/** The answer for a reason, in one shape. */
export function refusalOf(reason: ErrorReason): Refusal {
  return REFUSALS[reason]
}
