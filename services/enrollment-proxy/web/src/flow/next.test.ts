import { expect, it } from '@jest/globals'
import { enrolling, session, through } from './_flow.js'
import { farewellOf } from './farewell.js'
import type { Flow } from './flow.js'
import { canGoBack, next } from './next.js'
import { invited } from './opened-link.js'
import { restoredFlow, toSaved } from './saved.js'

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

it('offers only the app to whom the browser can add no device any more', () => {
  const settings = { only_client_activation: true }
  const started = session({ settings, user: { enrolled: true } })
  const flow = next(invited(TOKEN), { type: 'started', session: started })
  expect(pageOf(flow)).toBe('app')
  expect(canGoBack(flow)).toBe(false)
  expect(pageOf(next(flow, { type: 'forward' }))).toBe('finish')
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

it('does not take an account away again for an answer that was under way before it was made', () => {
  const flow = enrolling('vpn', session({ user: { enrolled: true } }))
  expect(next(flow, { type: 'session_seen', session: session() })).toBe(flow)
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

it('lets somebody add a lost device again from the last page', () => {
  const farewell = { ...farewellOf(enrolling('finish')), deviceName: 'Laptop' }
  const resumed = { type: 'resumed', session: session({ user: { enrolled: true } }) } as const
  const flow = next({ phase: 'finished', farewell }, resumed)
  expect(flow).toMatchObject({ page: 'finish', lostDevice: 'Laptop' })
  expect(next(flow, { type: 'another_device' })).toMatchObject({
    page: 'vpn',
    lostDevice: undefined,
  })
})

it('knows that a note was sent, and has nothing left of it to send again', () => {
  const flow = through(
    enrolling('data'),
    { type: 'drafted', drafts: { note: 'It is Jo.', phone: '1' } },
    { type: 'note_sent' },
  )
  expect(flow).toMatchObject({ drafts: { phone: '1', notesSent: 1 } })
  expect(flow).not.toHaveProperty('drafts.note', 'It is Jo.')
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
  const resuming = restoredFlow(toSaved(flow), undefined)
  expect(next(resuming, { type: 'token_given', token: 'dge_example' })).toBe(resuming)
})
