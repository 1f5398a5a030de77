import { z } from 'zod'

/*
 * The JSON of the public API, field by field as the Defguard clients want it. Replies are parsed too:
 * what a schema does not name does not leave the proxy. The same schemas are the API's document, with
 * these descriptions. The wizard uses the types of this file.
 */

/** A schema that stands in the document under a name. */
const named = <Schema extends z.ZodType>(id: string, schema: Schema) => schema.meta({ id })

const int = z.int()
const unixSeconds = int.describe('Unix seconds')
/** Absent at core, `null` in JSON; clients take both for "none". */
const optionalText = z.string().nullable().default(null)

const pubkey = z.string().describe('A WireGuard public key: canonical base64 of 32 bytes')
const password = z.string().describe('8 (configurable) to 128 code points')

export const StartBody = named(
  'StartBody',
  z.object({
    token: z.string().describe('The token of the mailed link; an odd one is simply an unknown one'),
  }),
)

export const ActivateUserBody = named(
  'ActivateUserBody',
  z.object({
    password,
    phone_number: z
      .string()
      .nullish()
      .describe('Missing, null and empty all keep the number on record'),
  }),
)

/** The one enum that is a text in JSON; what is neither of the two core refuses. */
const mfaMethod = z.string().describe('"Totp" or "Email"')

export const MfaStartBody = named('MfaStartBody', z.object({ method: mfaMethod }))

export const MfaFinishBody = named(
  'MfaFinishBody',
  z.object({
    code: z.string().describe('Six digits; white space around them is ignored'),
    method: mfaMethod,
  }),
)

export const CreateDeviceBody = named(
  'CreateDeviceBody',
  z.object({
    name: z.string().describe('1–100 code points; ignored with the token of a network device'),
    pubkey,
  }),
)

export const NetworkInfoBody = named('NetworkInfoBody', z.object({ pubkey }))

export const RegisterMobileBody = named(
  'RegisterMobileBody',
  z.object({
    auth_pub_key: z.string().describe("The client's own key: base64 of 32 bytes"),
    device_pub_key: pubkey,
  }),
)

export const PollBody = named(
  'PollBody',
  z.object({ token: z.string().describe('The newest polling token of the device') }),
)

export const NoteBody = named(
  'NoteBody',
  z.object({ text: z.string().describe('What is wrong, in plain text of 1–2000 characters') }),
)

export const RequestLinkBody = named(
  'RequestLinkBody',
  z.object({ token: z.string().describe('The token of the dead link') }),
)

export const ResetRequestBody = named(
  'ResetRequestBody',
  z.object({ email: z.string().describe('As typed') }),
)

export const ResetStartBody = named(
  'ResetStartBody',
  z.object({ token: z.string().describe('The token of the mailed link') }),
)

export const ResetBody = named('ResetBody', z.object({ password }))

export const InstanceInfo = named(
  'InstanceInfo',
  z.object({
    id: z.string().describe('A UUID, the same for ever'),
    name: z.string(),
    url: z.string().describe("Core's URL, with exactly one slash at the end"),
    proxy_url: z.string().describe("The proxy's URL, with exactly one slash at the end"),
    username: z.string(),
    enterprise_enabled: z.boolean().describe('Always true'),
    disable_all_traffic: z.boolean().describe('Deprecated: whether client_traffic_policy is 1'),
    openid_display_name: optionalText,
    client_traffic_policy: int.describe('0 none, 1 disable all traffic, 2 force all traffic'),
  }),
)

/** Answer of `enrollment/start` and `enrollment/session`. */
export const EnrollmentReply = named(
  'EnrollmentReply',
  z.object({
    admin: z
      .object({ name: z.string(), phone_number: optionalText, email: z.string() })
      .describe('Whom to ask: the admin who issued the token, else the contact of the instance'),
    user: z.object({
      first_name: z.string(),
      last_name: z.string(),
      login: z.string(),
      email: z.string(),
      phone_number: optionalText,
      is_active: z.boolean(),
      device_names: z.array(z.string()),
      enrolled: z.boolean().describe('Whether the account has its password'),
      is_admin: z.boolean(),
    }),
    deadline_timestamp: unixSeconds,
    final_page_content: z
      .string()
      .describe('Markdown, in the language of `Accept-Language` or the person; may be empty'),
    instance: InstanceInfo,
    settings: z.object({
      vpn_setup_optional: z.boolean(),
      only_client_activation: z.boolean(),
      admin_device_management: z.boolean(),
      smtp_configured: z.boolean(),
      mfa_required: z.boolean(),
    }),
    mfa_finished: z
      .boolean()
      .describe('Whether this session has a second factor ready for the account, for our wizard'),
  }),
)

export const MfaStartReply = named(
  'MfaStartReply',
  z.object({
    totp_secret: optionalText.describe('Unpadded base32; null for codes by mail'),
  }),
)

export const MfaFinishReply = named(
  'MfaFinishReply',
  z.object({
    recovery_codes: z.array(z.string()).describe('Shown only here; a repeat replaces them'),
  }),
)

const Device = named(
  'Device',
  z.object({ id: int, name: z.string(), pubkey, user_id: int, created_at: unixSeconds }),
)

const DeviceConfig = named(
  'DeviceConfig',
  z.object({
    network_id: int.describe('The location; never reused'),
    network_name: z.string(),
    config: z.string().describe('wg-quick text with YOUR_PRIVATE_KEY for the private key'),
    endpoint: z.string().describe('host:port; an IPv6 address in brackets'),
    assigned_ip: z.string().describe('Bare addresses, joined by commas without spaces'),
    pubkey: z.string().describe("The location's WireGuard public key"),
    allowed_ips: z.string().describe('CIDRs, joined by commas without spaces'),
    dns: optionalText.describe('Resolvers and search domains, joined by commas'),
    mfa_enabled: z.boolean().describe('Deprecated: whether location_mfa_mode is 2'),
    keepalive_interval: int.describe('Seconds'),
    location_mfa_mode: int.describe('1 disabled, 2 internal, 3 external'),
    service_location_mode: int.describe('1 disabled, 2 pre-logon, 3 always on'),
  }),
)

const deviceWithConfigs = z.object({
  device: Device,
  configs: z.array(DeviceConfig).describe('One per location, by network_id; may be empty'),
  instance: InstanceInfo,
})

/** Answer of `create_device` and `network_info`. */
export const DeviceConfigReply = named(
  'DeviceConfigReply',
  deviceWithConfigs.extend({
    token: z.string().min(1).describe('A new polling token'),
  }),
)

/** Answer of `poll`: of a token there is none, the client keeps the one it has. */
export const PollReply = named(
  'PollReply',
  z.object({ device_config: deviceWithConfigs.extend({ token: z.null().default(null) }) }),
)

/** Answer of `password-reset/start`. */
export const ResetStartReply = named(
  'ResetStartReply',
  z.object({ deadline_timestamp: unixSeconds }),
)

/** Answer of `instance`: what the public page may know before anybody has a session. */
export const InstanceReply = named(
  'InstanceReply',
  z.object({
    name: z.string(),
    logo: z.string().optional().describe('A data: URL'),
    accent_color: z.string().optional().describe('#rrggbb'),
    password_reset_enabled: z.boolean(),
    contact: z.object({ name: z.string(), email: z.string(), phone_number: z.string() }).optional(),
  }),
)

export const InfoReply = named(
  'InfoReply',
  z.object({ version: z.string().describe('As the header defguard-component-version') }),
)

/** A success that says nothing more. */
export const EmptyReply = named('EmptyReply', z.object({}))

export const ErrorReply = named(
  'ErrorReply',
  z.object({
    error: z.string().describe('May be shown to a person'),
    reason: z
      .string()
      .optional()
      .describe('A snake_case word of a closed set, for our wizard: it must not match texts'),
  }),
)

export type EnrollmentReply = z.output<typeof EnrollmentReply>
export type DeviceConfigReply = z.output<typeof DeviceConfigReply>
export type MfaStartReply = z.output<typeof MfaStartReply>
export type MfaFinishReply = z.output<typeof MfaFinishReply>
export type InstanceReply = z.output<typeof InstanceReply>
export type ResetStartReply = z.output<typeof ResetStartReply>
export type ErrorReply = z.output<typeof ErrorReply>
