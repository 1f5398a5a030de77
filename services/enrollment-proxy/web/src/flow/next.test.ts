import { expect, it } from '@jest/globals'
import { enrolling, reply, session, through } from './_flow.js'
import { type Flow, invited } from './flow.js'
import { canGoBack, next } from './next.js'

const TOKEN = 'dge_example'
const DEVICE = { name: 'Jo’s Mac', configs: [], privateKey: 'private' }

function pageOf(flow: Flow): string {
  return 'page' in flow ? flow.page : flow.phase
}

it('leads from the invitation through the five steps', () => {
  const pages: string[] = []
  let flow: Flow = invited(TOKEN)
  const events = [
    { type: 'started', session: session() },
    { type: 'how_chosen', how: 'browser' },
    { type: 'forward' },
    { type: 'forward' },
    { type: 'activated' },
    { type: 'forward' },
  ] as const
  for (const event of events) {
    flow = next(flow, event)
    pages.push(pageOf(flow))
  }
  expect(pages).toEqual(['choose', 'welcome', 'data', 'password', 'vpn', 'finish'])
})

it('does not pass the password step without a password', () => {
  const flow = enrolling('password')
  expect(next(flow, { type: 'forward' })).toBe(flow)
})

it('goes back from the VPN step to a password step that shows what is done', () => {
  const flow = through(enrolling('password'), { type: 'activated' }, { type: 'back' })
  expect(flow).toMatchObject({ page: 'password', session: { user: { enrolled: true } } })
  expect(pageOf(next(flow, { type: 'forward' }))).toBe('vpn')
})

it('leaves the VPN step out where only clients or only admins set devices up', () => {
  for (const settings of [{ only_client_activation: true }, { admin_device_management: true }]) {
    const flow = enrolling('password', session({ settings }))
    expect(pageOf(next(flow, { type: 'activated' }))).toBe('finish')
  }
})

it('offers an admin the VPN step where only admins add devices', () => {
  const rules = { settings: { admin_device_management: true }, user: { is_admin: true } }
  const flow = enrolling('password', session(rules))
  expect(pageOf(next(flow, { type: 'activated' }))).toBe('vpn')
})

it('does not offer the app to whom nobody may give a device', () => {
  const started = session({ settings: { admin_device_management: true } })
  const flow = next(invited(TOKEN), { type: 'started', session: started })
  expect(pageOf(flow)).toBe('welcome')
  expect(canGoBack(flow)).toBe(false)
})

it('leads somebody who is enrolled to the device, not to a new password', () => {
  const started = session({ user: { enrolled: true } })
  const flow = next(invited(TOKEN), { type: 'started', session: started })
  expect(pageOf(flow)).toBe('choose')
  expect(pageOf(next(flow, { type: 'how_chosen', how: 'browser' }))).toBe('vpn')
})

it('shows the app before the clock runs, and comes back from there', () => {
  const flow = through(
    invited(TOKEN),
    { type: 'app_considered' },
    { type: 'how_chosen', how: 'app' },
  )
  expect(flow).toMatchObject({ phase: 'invited', page: 'app' })
  const back = through(flow, { type: 'back' }, { type: 'back' })
  expect(back).toEqual(invited(TOKEN))
  expect(canGoBack(back)).toBe(false)
})

it('does not ask twice how to enroll', () => {
  const chosen = through(invited(TOKEN), { type: 'how_chosen', how: 'browser' })
  expect(chosen).toMatchObject({ phase: 'invited', page: 'landing' })
  expect(pageOf(next(chosen, { type: 'started', session: session() }))).toBe('welcome')
})

it('waits on the app page until the app has enrolled the person', () => {
  const flow = enrolling('app')
  expect(next(flow, { type: 'forward' })).toBe(flow)
  const seen = session({ user: { enrolled: true, device_names: ['Laptop'] } })
  const done = next(flow, { type: 'session_seen', session: seen })
  expect(pageOf(done)).toBe('app')
  expect(pageOf(next(done, { type: 'forward' }))).toBe('finish')
})

it('keeps the clock steady when core’s answers differ by a moment, and follows a real change', () => {
  const flow = enrolling('app', session({}, 1_000_000))
  const jitter = next(flow, { type: 'session_seen', session: session({}, 1_000_900) })
  expect(jitter).toMatchObject({ session: { endsAt: 1_000_000 } })
  const change = next(flow, { type: 'session_seen', session: session({}, 1_060_000) })
  expect(change).toMatchObject({ session: { endsAt: 1_060_000 } })
})

it('takes the company’s words in another language, and nothing else of an older answer', () => {
  const flow = enrolling('vpn', session({ user: { enrolled: true } }))
  const seen = next(flow, { type: 'words_seen', words: '# Witaj' })
  expect(seen).toEqual({ ...flow, session: { ...flow.session, final_page_content: '# Witaj' } })
})

it('shows the time-is-up page at the deadline, with the admin to ask', () => {
  for (const page of ['choose', 'app', 'welcome', 'data', 'password', 'vpn'] as const) {
    expect(next(enrolling(page), { type: 'time_up' })).toEqual({
      phase: 'dead_end',
      reason: 'session_over',
      admin: reply().admin,
    })
  }
})

it('leaves the last page readable after the deadline', () => {
  const flow = next(enrolling('finish'), { type: 'time_up' })
  expect(flow).toMatchObject({ phase: 'finished', farewell: { message: '# Welcome' } })
  expect(next(flow, { type: 'refused', reason: 'session_over' })).toBe(flow)
})

it('tells somebody whose account was activated elsewhere, and goes on', () => {
  const flow = next(enrolling('password'), { type: 'already_activated' })
  expect(flow).toMatchObject({ page: 'vpn', notice: 'already_activated' })
  expect(next(flow, { type: 'forward' })).toMatchObject({ page: 'finish', notice: undefined })
})

it('returns to the data when the phone number is refused', () => {
  const flow = next(enrolling('password'), { type: 'phone_refused' })
  expect(flow).toMatchObject({ page: 'data', notice: 'phone_refused' })
})

it('keeps a device and its key while the person looks around', () => {
  const flow = through(
    enrolling('vpn', session({ user: { enrolled: true } })),
    { type: 'device_added', device: DEVICE },
    { type: 'forward' },
    { type: 'back' },
  )
  expect(flow).toMatchObject({ page: 'vpn', device: DEVICE })
  expect(next(flow, { type: 'another_device' })).toMatchObject({
    device: undefined,
    session: { user: { device_names: ['Jo’s Mac'] } },
  })
})

it('comes back to the step after a reload', () => {
  const saved = {
    page: 'data',
    token: TOKEN,
    drafts: { phone: '+48 1' },
    lostDevice: undefined,
    login: 'jdoe',
  } as const
  const flow = next({ phase: 'resuming', saved }, { type: 'resumed', session: session() })
  expect(flow).toMatchObject({ phase: 'enrolling', page: 'data', drafts: { phone: '+48 1' } })
})

it('does not come back to a step that no longer exists', () => {
  const saved = {
    page: 'vpn',
    token: TOKEN,
    drafts: {},
    lostDevice: undefined,
    login: 'jdoe',
  } as const
  const rules = { settings: { only_client_activation: true }, user: { enrolled: true } }
  const flow = next({ phase: 'resuming', saved }, { type: 'resumed', session: session(rules) })
  expect(pageOf(flow)).toBe('finish')
})

it('takes another link in place of whatever was there', () => {
  const flow = next(enrolling('password'), { type: 'token_given', token: 'dge_other' })
  expect(flow).toEqual(invited('dge_other'))
})

it('goes on when the link in use is opened once more', () => {
  const flow = enrolling('password')
  expect(next(flow, { type: 'token_given', token: 'dge_example' })).toBe(flow)
})
