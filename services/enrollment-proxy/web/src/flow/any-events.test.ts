import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import { enrolling, session, TOKENS, through } from './_flow.js'
import { deadEnd } from './dead-end.js'
import { farewellOf } from './farewell.js'
import type { AddedDevice, DeadEndReason, Enrolling, Flow, Session } from './flow.js'
import { canGoBack, type FlowEvent, next } from './next.js'
import { openedLink } from './opened-link.js'
import { restoredFlow, toSaved } from './saved.js'
import { stepOf, stepsFor } from './steps.js'

const SECRETS = /PASS-WORD|TOTP-SECRET|RECOVERY-CODE|PRIVATE-KEY|CONFIG-TEXT/
/** More often than anybody can go back in a row. */
const BACK_MAX = 10
const SAMPLES = 5

const PAGES = Object.keys({
  choose: 0,
  app: 0,
  welcome: 0,
  data: 0,
  password: 0,
  choose_factor: 0,
  second_factor: 0,
  vpn: 0,
  finish: 0,
} satisfies Record<Enrolling['page'], 0>) as Enrolling['page'][]

const REASONS = Object.keys({
  token_unknown: 0,
  token_used: 0,
  token_expired: 0,
  token_revoked: 0,
  wrong_token_kind: 0,
  session_over: 0,
  user_disabled: 0,
} satisfies Record<DeadEndReason, 0>) as DeadEndReason[]

const CONFIG = {
  network_id: 1,
  network_name: 'Office',
  config: 'CONFIG-TEXT',
  endpoint: 'vpn.example.com:51820',
  assigned_ip: '10.1.0.7',
  pubkey: 'VIvehxhDt2KjN5O2MU6TnoXZFEsHIwCppUURj1ynWsE=',
  allowed_ips: '10.1.0.0/24',
  dns: null,
  mfa_enabled: false,
  keepalive_interval: 25,
  location_mfa_mode: 1,
  service_location_mode: 1,
}

const sessions: fc.Arbitrary<Session> = fc
  .record({
    user: fc.record({ enrolled: fc.boolean(), is_admin: fc.boolean() }),
    settings: fc.record({
      only_client_activation: fc.boolean(),
      admin_device_management: fc.boolean(),
      smtp_configured: fc.boolean(),
      mfa_required: fc.boolean(),
    }),
    mfa_finished: fc.boolean(),
  })
  .map((differences) => session(differences))

const devices: fc.Arbitrary<AddedDevice> = fc.record({
  name: fc.constantFrom('Laptop', 'Phone'),
  configs: fc.constantFrom([], [CONFIG]),
  privateKey: fc.constantFrom('PRIVATE-KEY', undefined),
})

type EventOf<T extends FlowEvent['type']> = Extract<FlowEvent, { type: T }>
type FieldsOf<T extends FlowEvent['type']> = {
  [K in Exclude<keyof EventOf<T>, 'type'>]: fc.Arbitrary<EventOf<T>[K]>
}

/** No kind of event can be left out: it would not compile. */
const EVENTS: { [T in FlowEvent['type']]: fc.Arbitrary<EventOf<T>> } = {
  token_given: event('token_given', { token: fc.constantFrom(...Object.values(TOKENS), 'x') }),
  app_considered: event('app_considered', {}),
  how_chosen: event('how_chosen', { how: fc.constantFrom('browser', 'app') }),
  started: event('started', { session: sessions }),
  resumed: event('resumed', { session: sessions }),
  resume_failed: event('resume_failed', {}),
  session_seen: event('session_seen', { session: sessions }),
  words_seen: event('words_seen', { words: fc.constant('# Witaj') }),
  drafted: event('drafted', {
    drafts: fc.record({
      phone: fc.constant('+48 1'),
      note: fc.constantFrom('', 'It is Jo.'),
      wantsSecondFactor: fc.boolean(),
      hasSavedCodes: fc.boolean(),
      deviceName: fc.constant('Laptop'),
    }),
  }),
  note_sent: event('note_sent', {}),
  second_factor_needed: event('second_factor_needed', {
    session: sessions,
    password: fc.constant('PASS-WORD'),
  }),
  factor_chosen: event('factor_chosen', { method: fc.constantFrom('totp', 'email') }),
  factor_offered: event('factor_offered', {
    offer: fc.constantFrom(
      { stage: 'offered', method: 'totp', secret: 'TOTP-SECRET' } as const,
      { stage: 'offered', method: 'totp', secret: 'TOTP-SECRET-2' } as const,
      { stage: 'offered', method: 'email' } as const,
    ),
  }),
  factor_proved: event('factor_proved', { recoveryCodes: fc.constant(['RECOVERY-CODE']) }),
  password_refused: event('password_refused', { reason: fc.constant('password_common') }),
  activated: event('activated', {}),
  already_activated: event('already_activated', {}),
  phone_refused: event('phone_refused', {}),
  device_added: event('device_added', { device: devices }),
  another_device: event('another_device', {}),
  forward: event('forward', {}),
  back: event('back', {}),
  time_up: event('time_up', {}),
  refused: event('refused', { reason: fc.constantFrom(...REASONS) }),
  link_asked_for: event('link_asked_for', {}),
  other_token: event('other_token', {}),
  again: event('again', {}),
}

const anyEvent: fc.Arbitrary<FlowEvent> = fc.oneof(...Object.values(EVENTS))

/** Somebody on each page that there is. */
const FLOWS: readonly Flow[] = [
  openedLink(undefined),
  ...Object.values(TOKENS).map(openedLink),
  { phase: 'invited', page: 'choose', token: TOKENS.enrollment, how: undefined },
  { phase: 'invited', page: 'app', token: TOKENS.enrollment, how: 'app' },
  ...PAGES.map((page) => enrolling(page, session({ user: { enrolled: isAfterActivation(page) } }))),
  restoredFlow(toSaved(enrolling('data')), undefined),
  { phase: 'finished', farewell: farewellOf(enrolling('finish')) },
  ...REASONS.map((reason) => deadEnd(reason, TOKENS.enrollment)),
]

it('has what each screen needs, whatever happens on whichever page', () => {
  for (const flow of FLOWS) {
    for (const events of Object.values(EVENTS)) {
      for (const event of fc.sample(events as fc.Arbitrary<FlowEvent>, SAMPLES)) {
        expectWhole(happens(flow, event))
      }
    }
  }
})

it('has what each screen needs, however long the story is', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...FLOWS),
      fc.array(anyEvent, { maxLength: 25 }),
      (flow, events) => {
        let at = flow
        for (const event of events) {
          at = happens(at, event)
          expectWhole(at)
        }
      },
    ),
    { numRuns: 500 },
  )
})

/** An event as core sends it: an account that is there stays there, and the settings stay. */
function happens(flow: Flow, event: FlowEvent): Flow {
  if (flow.phase !== 'enrolling' || !('session' in event)) return next(flow, event)
  const { user, settings } = flow.session
  const seen = event.session
  const enrolled = seen.user.enrolled || user.enrolled
  const same = { ...seen, settings, user: { ...user, enrolled } }
  return next(flow, { ...event, session: same })
}

function expectWhole(flow: Flow): void {
  expect(toSaved(flow) ?? '').not.toMatch(SECRETS)
  expect(pagesBack(flow)).toBeLessThan(BACK_MAX)
  const again = restoredFlow(toSaved(flow), undefined)
  if (flow.phase !== 'enrolling') return
  const { page, session } = flow
  const step = stepOf(page)
  if (step) expect(stepsFor(session)).toContain(step)
  // Nobody is congratulated, or given a device, who has no account.
  if (isAfterActivation(page)) expect(session.user.enrolled).toBe(true)
  // A second factor belongs to an account in the making.
  if (page === 'second_factor' || page === 'choose_factor') {
    expect(session.user.enrolled).toBe(false)
  }
  expect(again.phase).toBe(page === 'finish' ? 'finished' : 'resuming')
}

function pagesBack(flow: Flow): number {
  let count = 0
  let at = flow
  for (; canGoBack(at) && count < BACK_MAX; count++) at = through(at, { type: 'back' })
  return count
}

function isAfterActivation(page: Enrolling['page']): boolean {
  return page === 'vpn' || page === 'finish'
}

function event<T extends FlowEvent['type']>(
  type: T,
  fields: FieldsOf<T>,
): fc.Arbitrary<EventOf<T>> {
  return fc.record({ type: fc.constant(type), ...fields }) as fc.Arbitrary<EventOf<T>>
}
