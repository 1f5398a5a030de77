import { isIP } from 'node:net'
import { z } from 'zod'

/*
 * API.md §1, "Always send", as each family of clients reads it. Written from that table alone: the
 * proxy's own schemas must not be able to agree with themselves.
 */

export type Family = 'gui 1.4' | 'gui 1.5' | 'gui 2' | 'dg' | 'mobile' | 'wizard'

export const FAMILIES: readonly Family[] = ['gui 1.4', 'gui 1.5', 'gui 2', 'dg', 'mobile', 'wizard']

const GUI: readonly Family[] = ['gui 1.4', 'gui 1.5', 'gui 2']

const text = z.string()
const flag = z.boolean()
const int = z.int()
const csvOf = (isPart: (part: string) => boolean) =>
  text.refine((csv) => csv.split(',').every(isPart), 'not a list without spaces')

const isCidr = (part: string) => /^[^/]+\/\d{1,3}$/.test(part) && isIP(part.split('/')[0] ?? '') > 0
const isKey = (key: string) => /^[A-Za-z0-9+/]{43}=$/.test(key)
const key = text.refine(isKey, 'not a WireGuard key')
const endpoint = text.regex(/^(\[[0-9a-f:]+\]|[^:\s]+):\d+$/, 'not host:port')
const baseUrl = text.regex(/^https?:\/\/[^/]+\/$/, 'not an origin with one slash')

/** The answers as one family needs them; a field that only others need may be anything or missing. */
export function answersFor(family: Family) {
  const neededBy = <T extends z.ZodType>(families: readonly Family[], type: T) =>
    families.includes(family) ? type : z.unknown().optional()

  const settings = (type: z.ZodType) =>
    neededBy(['gui 1.5', 'gui 2', 'dg', 'mobile', 'wizard'], type)
  const native = (type: z.ZodType) => neededBy([...GUI, 'dg', 'mobile'], type)

  const instance = z.object({
    id: z.uuid(),
    name: text,
    url: baseUrl,
    proxy_url: baseUrl,
    username: text,
    enterprise_enabled: neededBy([...GUI, 'dg'], flag),
    disable_all_traffic: neededBy([...GUI, 'dg'], flag),
    openid_display_name: text.nullish(),
    client_traffic_policy: neededBy(GUI, z.literal([0, 1, 2])),
  })

  const config = z.object({
    network_id: int,
    network_name: text,
    config: text,
    endpoint,
    assigned_ip: csvOf((part) => isIP(part) > 0),
    pubkey: key,
    allowed_ips: csvOf(isCidr),
    dns: text.min(1).nullish(),
    mfa_enabled: native(flag),
    keepalive_interval: native(int),
    location_mfa_mode: neededBy(GUI, z.literal([1, 2, 3])),
    service_location_mode: neededBy(GUI, z.literal([1, 2, 3])),
  })

  const deviceConfig = {
    device: z.object({ id: int, name: text, pubkey: key, user_id: int, created_at: int }),
    configs: z.array(config),
    instance,
  }

  return {
    start: z.object({
      admin: neededBy(
        ['gui 2', 'mobile', 'wizard'],
        z.object({ name: text, email: text, phone_number: text.nullish() }),
      ),
      user: z.object({
        first_name: text,
        last_name: text,
        login: text,
        email: text,
        phone_number: text.nullish(),
        device_names: z.array(text),
        enrolled: flag,
        is_active: neededBy(['dg', 'mobile'], z.literal(true)),
        is_admin: neededBy(['dg', 'mobile'], flag),
      }),
      instance,
      settings: z.object({
        vpn_setup_optional: settings(flag),
        only_client_activation: settings(flag),
        admin_device_management: settings(flag),
        smtp_configured: settings(flag),
        mfa_required: settings(flag),
      }),
      deadline_timestamp: int,
      final_page_content: text,
    }),
    /** `create_device` and `network_info`: with a new polling token. */
    deviceConfig: z.object({ ...deviceConfig, token: text.min(1) }),
    /** `poll`: without one, since the client keeps its own. */
    poll: z.object({ device_config: z.object({ ...deviceConfig, token: z.null().optional() }) }),
    mfaStart: z.object({ totp_secret: text.regex(/^[A-Z2-7]{32}$/).nullish() }),
    mfaFinish: z.object({ recovery_codes: z.array(text.min(1)).length(8) }),
    resetStart: z.object({ deadline_timestamp: int }),
    nothing: z.object({}),
    error: z.object({ error: text.min(1) }),
  }
}

type Answers = ReturnType<typeof answersFor>
export type Started = z.output<Answers['start']>
export type DeviceConfig = z.output<Answers['deviceConfig']>
