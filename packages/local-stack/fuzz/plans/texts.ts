import { OnboardingServiceService as Onboarding } from '@defguard/proto/admin/v1/onboarding'
import {
  type Settings,
  SettingsServiceService as SettingsService,
} from '@defguard/proto/admin/v1/settings'
import { type Plan, plan } from '../plan.ts'
import type { World } from '../world.ts'

const HISTORY = 'OnboardingService/ListOnboardingHistory'
const GET = 'SettingsService/GetSettings'

/** Mails that follow what people do. They cost more than most calls, so there are few of them. */
export const MAILS = [
  'enrollment_send_welcome_email',
  'gateway_disconnect_notifications_enabled',
  'gateway_disconnect_notifications_reconnect_notification_enabled',
  'notify_admin_enrollment_completed',
  'notify_admin_mistake_reported',
  'notify_admin_new_link_requested',
  'notify_user_mfa_enabled',
  'notify_user_new_device',
  'notify_user_password_changed',
] as const satisfies readonly (keyof Settings)[]
const SWITCHED_ON = 0.1

const texts = (world: World) => ({
  page: `# Welcome {{first_name}} ${world.rng.letters(3)}\n{{#if admin_phone}}{{admin_phone}}{{/if}}`,
  mail: world.rng.pick([undefined, '{{username}} at {{instance_name}}']),
  subject: world.rng.pick([undefined, 'Hello {{first_name}}']),
})

const language = (world: World) => world.rng.pick(['en', 'pl', 'de'])
const revision = (world: World) => world.pick(world.revisions, HISTORY)

const onboardingPlans: readonly Plan[] = [
  plan(Onboarding.getOnboarding, 'read', (world) => ({ request: { language: language(world) } })),

  plan(Onboarding.setOnboarding, 'write', (world) => ({
    request: {
      language: language(world),
      texts: texts(world),
      reset: [],
      expected_revision: undefined,
    },
    settle: ({ revision }) => world.revisions.put(revision),
  })),

  plan(Onboarding.previewOnboarding, 'read', (world) => ({
    request: { language: language(world), texts: texts(world), username: '', admin_username: '' },
  })),

  plan(Onboarding.listOnboardingHistory, 'read', async (world) => {
    if (world.revisions.size === 0) await world.perform('OnboardingService/SetOnboarding')
    return {
      request: { page: world.page(), language: '', kind: '' },
      settle: ({ revisions }) => world.revisions.put(...revisions.map((each) => each.revision)),
    }
  }),

  plan(Onboarding.getOnboardingRevision, 'read', async (world) => ({
    request: { revision: await revision(world) },
  })),

  plan(Onboarding.restoreOnboarding, 'write', async (world) => ({
    request: { revision: await revision(world) },
  })),
]

const settingsPlans: readonly Plan[] = [
  plan(SettingsService.getSettings, 'read', (world) => ({
    request: {},
    settle({ settings }) {
      if (settings) world.settings = settings
    },
  })),

  plan(SettingsService.updateSettings, 'write', async (world) => {
    if (!world.settings) await world.perform(GET)
    const switches = Object.fromEntries(MAILS.map((name) => [name, world.rng.chance(SWITCHED_ON)]))
    const change = {
      instance_name: world.rng.pick(['Example Corp', '<i>Corp</i>', 'ACME {{x}}']),
      support_contact_name: world.personName(),
      support_contact_email: 'it@example.com',
      default_language: language(world),
      ...switches,
    }
    const settings: Settings = { ...(world.settings as Settings), ...change }
    const update_mask = Object.keys(change)
    return { request: { settings, update_mask } }
  }),
]

export const textPlans: readonly Plan[] = [...onboardingPlans, ...settingsPlans]
