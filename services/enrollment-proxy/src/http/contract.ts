import { z } from 'zod'

/*
 * The JSON of the public API, field by field as the Defguard clients want it. Replies are parsed too:
 * what a schema does not name does not leave the proxy. The wizard uses the types of this file.
 */

const int = z.int()
/** Absent at core, `null` in JSON; clients take both for "none". */
const optionalText = z
  .string()
  .optional()
  .transform((text) => text ?? null)

export const StartBody = z.object({
  /** The token of the mailed link. An odd one is simply an unknown one: core says so. */
  token: z.string(),
})

export const ActivateUserBody = z.object({
  password: z.string(),
  /** Missing, `null` and empty all keep the number on record. */
  phone_number: z.string().nullish(),
})

/** The one enum that is a text in JSON; what is neither of the two core refuses. */
const mfaMethod = z.string().describe('"Totp" or "Email"')

export const MfaStartBody = z.object({ method: mfaMethod })

export const MfaFinishBody = z.object({
  /** Six digits; white space around them is ignored. */
  code: z.string(),
  method: mfaMethod,
})

export const CreateDeviceBody = z.object({
  name: z.string(),
  /** Canonical base64 of the 32 bytes of a WireGuard public key. */
  pubkey: z.string(),
})

export const NetworkInfoBody = z.object({ pubkey: z.string() })

/** Base64 of the mobile client's own key, and the WireGuard key of the device it is for. */
export const RegisterMobileBody = z.object({ auth_pub_key: z.string(), device_pub_key: z.string() })

export const PollBody = z.object({
  /** The polling token of the last `create_device` or `network_info`. */
  token: z.string(),
})

export const InstanceInfo = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  proxy_url: z.string(),
  username: z.string(),
  enterprise_enabled: z.boolean(),
  disable_all_traffic: z.boolean(),
  openid_display_name: optionalText,
  client_traffic_policy: int,
})

/** Answer of `enrollment/start` and `enrollment/session`. */
export const EnrollmentReply = z.object({
  admin: z.object({ name: z.string(), phone_number: optionalText, email: z.string() }),
  user: z.object({
    first_name: z.string(),
    last_name: z.string(),
    login: z.string(),
    email: z.string(),
    phone_number: optionalText,
    is_active: z.boolean(),
    device_names: z.array(z.string()),
    /** Whether the account has its password: the only flag clients branch on. */
    enrolled: z.boolean(),
    is_admin: z.boolean(),
  }),
  /** Unix seconds. */
  deadline_timestamp: int,
  /** Markdown; may be empty. */
  final_page_content: z.string(),
  instance: InstanceInfo,
  settings: z.object({
    vpn_setup_optional: z.boolean(),
    only_client_activation: z.boolean(),
    admin_device_management: z.boolean(),
    smtp_configured: z.boolean(),
    mfa_required: z.boolean(),
  }),
})

export const MfaStartReply = z.object({
  /** Unpadded base32 for an authenticator app; `null` for codes by mail. */
  totp_secret: optionalText,
})

export const MfaFinishReply = z.object({
  /** Shown only here; a repeat replaces them. */
  recovery_codes: z.array(z.string()),
})

const DeviceConfig = z.object({
  device: z.object({
    id: int,
    name: z.string(),
    pubkey: z.string(),
    user_id: int,
    /** Unix seconds. */
    created_at: int,
  }),
  /** By `network_id`; empty for a person who may use no location. */
  configs: z.array(
    z.object({
      network_id: int,
      network_name: z.string(),
      /** wg-quick text with `YOUR_PRIVATE_KEY` where the device's private key belongs. */
      config: z.string(),
      endpoint: z.string(),
      assigned_ip: z.string(),
      pubkey: z.string(),
      allowed_ips: z.string(),
      dns: optionalText,
      mfa_enabled: z.boolean(),
      keepalive_interval: int,
      location_mfa_mode: int,
      service_location_mode: int,
    }),
  ),
  instance: InstanceInfo,
})

/** Answer of `create_device` and `network_info`. */
export const DeviceConfigReply = DeviceConfig.extend({
  /** A new polling token; clients fail without. */
  token: z.string().min(1),
})

/** Answer of `poll`. */
export const PollReply = z.object({
  /** `token` is null: the client keeps the one it has. */
  device_config: DeviceConfig.extend({ token: z.null().default(null) }),
})

/** Answer of `instance`: what the public page may know before anybody has a session. */
export const InstanceReply = z.object({
  name: z.string(),
  logo: z.string().optional(),
  accent_color: z.string().optional(),
  password_reset_enabled: z.boolean(),
  contact: z.object({ name: z.string(), email: z.string(), phone_number: z.string() }).optional(),
})

export const InfoReply = z.object({ version: z.string() })

/** A success that says nothing more. */
export const EmptyReply = z.object({})

export const ErrorReply = z.object({
  error: z.string(),
  /** A word of a closed set, for our wizard: it must not match texts. */
  reason: z.string().optional(),
})

export type EnrollmentReply = z.output<typeof EnrollmentReply>
export type DeviceConfigReply = z.output<typeof DeviceConfigReply>
export type InstanceReply = z.output<typeof InstanceReply>
export type ErrorReply = z.output<typeof ErrorReply>
