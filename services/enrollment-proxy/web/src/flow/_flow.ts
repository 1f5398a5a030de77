import type { EnrollmentReply } from '../../../src/http/contract.js'
import type { Enrolling, Flow, Session } from './flow.js'
import { type FlowEvent, next } from './next.js'

/** One token of each kind, well-formed and of no installation (API §7). */
export const TOKENS = {
  enrollment: 'dge_tCL7q3jjBItB2mLT2aAC514GiOwkGQs02E4Q2N',
  desktopActivation: 'dgd_tCL7q3jjBItB2mLT2aAC514GiOwkGQs01hhXpt',
  networkDevice: 'dgn_tCL7q3jjBItB2mLT2aAC514GiOwkGQs04JO3ii',
  passwordReset: 'dgr_tCL7q3jjBItB2mLT2aAC514GiOwkGQs02znOWo',
  polling: 'dgp_tCL7q3jjBItB2mLT2aAC514GiOwkGQs04IQgBK',
} as const

/** Test data: a person in the middle of an enrollment. */
export function reply(): EnrollmentReply {
  return {
    admin: { name: 'Adam Min', phone_number: null, email: 'adam@example.com' },
    user: {
      first_name: 'Jo',
      last_name: 'Doe',
      login: 'jdoe',
      email: 'jo@example.com',
      phone_number: null,
      is_active: true,
      device_names: [],
      enrolled: false,
      is_admin: false,
    },
    deadline_timestamp: 1_767_225_600,
    final_page_content: '# Welcome',
    instance: {
      id: '0b0f7e9e-6f0e-4a55-9a0c-0d7b6a4f2f10',
      name: 'Example Corp',
      url: 'https://core.example.com/',
      proxy_url: 'https://enroll.example.com/',
      username: 'jdoe',
      enterprise_enabled: true,
      disable_all_traffic: false,
      openid_display_name: null,
      client_traffic_policy: 0,
    },
    settings: {
      vpn_setup_optional: true,
      only_client_activation: false,
      admin_device_management: false,
      smtp_configured: true,
      mfa_required: false,
    },
    mfa_finished: false,
  }
}

interface Differences {
  readonly user?: Partial<EnrollmentReply['user']>
  readonly settings?: Partial<EnrollmentReply['settings']>
  readonly mfa_finished?: boolean
}

export function session(
  { user, settings, ...others }: Differences = {},
  endsAt = 1_767_225_600_000,
): Session {
  const base = reply()
  return {
    ...base,
    ...others,
    user: { ...base.user, ...user },
    settings: { ...base.settings, ...settings },
    endsAt,
  }
}

export function enrolling(page: Enrolling['page'], current = session()): Enrolling {
  return {
    phase: 'enrolling',
    page,
    token: 'dge_example',
    session: current,
    drafts: {},
    password: undefined,
    secondFactor: undefined,
    device: undefined,
    lostDevice: undefined,
    notice: undefined,
  }
}

export function through(flow: Flow, ...events: readonly FlowEvent[]): Flow {
  return events.reduce(next, flow)
}
