import type { Settings } from '@defguard/proto/admin/v1/settings'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { HOUR_MS, MINUTE_MS, startTestCore, type TestCore } from './_core.js'
import { query } from './_database.js'
import { BY_APP, codeOf, finish, startTotp } from './_mfa.js'

const PASSWORD = 'correct horse battery'

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
})
afterAll(() => core.stop())

type Switch = {
  [Name in keyof Settings]-?: Settings[Name] extends boolean ? Name : never
}[keyof Settings]

async function turn(name: Switch, value: boolean) {
  const { settings } = await core.clients.settings.getSettings({})
  if (!settings) throw new Error('no settings came back')
  await core.clients.settings.updateSettings({
    settings: { ...settings, [name]: value },
    update_mask: [name],
  })
}

/** One person's whole way, with all that anybody is told of on it. */
async function wholeWay(name: string): Promise<void> {
  await core.createUser(name)
  const { token } = await core.invite(name, { send_email: true })
  const { session_secret } = await core.start(token)
  await core.clients.enrollment.reportMistake({ session_secret, text: 'It is Joe.' })
  const secret = await startTotp(core, session_secret)
  await finish(core, session_secret, codeOf(core, secret), BY_APP)
  await core.activate(session_secret, PASSWORD)
  await core.addDevice(session_secret, 'Laptop')
  await core.clients.users.setPassword({ username: name, password: 'another good one' })
  const dead = await core.clients.enrollments.issueDesktopActivation({
    username: name,
    options: { send_email: false, email: undefined, expires_in_seconds: 300 },
  })
  core.advance(5 * MINUTE_MS)
  await core.clients.enrollment.requestNewLink({ token: dead.invitation?.token ?? '' })
}

/** The kinds of all mails there are about somebody, and what the audit log says of them. */
async function tracesOf(name: string) {
  const all = await query<{ kind: string }>(core.databaseUrl, 'select kind from mail order by kind')
  const events = await query<{ action: string }>(
    core.databaseUrl,
    `select action from audit_event
     where (actor_name = $1 or object_name = $1) and object_kind is distinct from 'mail' order by id`,
    [name],
  )
  return { kinds: all.map(({ kind }) => kind), actions: events.map(({ action }) => action) }
}

/** What the whole way leaves: every kind of mail once, in order, and the trace in the audit log. */
async function walk(name: string) {
  const before = (await tracesOf(name)).kinds
  await wholeWay(name)
  const { kinds, actions } = await tracesOf(name)
  for (const kind of before) kinds.splice(kinds.indexOf(kind), 1)
  return { kinds, actions }
}

const KIND_OF = {
  enrollment_reminder: 'enrollment_reminder',
  enrollment_send_welcome_email: 'welcome',
  notify_admin_enrollment_completed: 'enrollment_completed',
  notify_admin_mistake_reported: 'mistake_reported',
  notify_admin_new_link_requested: 'new_link_requested',
  notify_user_new_device: 'new_device',
  notify_user_password_changed: 'password_changed',
  notify_user_mfa_enabled: 'mfa_enabled',
} as const satisfies Partial<Record<Switch, string>>

describe('a switch', () => {
  it.each(Object.entries(KIND_OF))(
    '%s: without it nobody is mailed %s, and all else stays',
    async (name, kind) => {
      const on = await walk(`${kind}-on`)
      expect(on.kinds).toEqual([...Object.values(KIND_OF), 'enrollment_invitation'].sort())
      await turn(name as Switch, false)
      const off = await walk(`${kind}-off`)
      await turn(name as Switch, true)
      expect(off.kinds).toEqual(on.kinds.filter((one) => one !== kind))
      expect(off.actions).toEqual(on.actions)
    },
  )

  it('is there for every notice that the settings name, and on from the beginning', async () => {
    const { settings } = await core.clients.settings.getSettings({})
    const names = Object.keys(settings ?? {}).filter((name) =>
      /^notify_|^enrollment_(reminder|send_welcome_email)$/.test(name),
    )
    expect(names.sort()).toEqual(Object.keys(KIND_OF).sort())
    expect(settings).toMatchObject(Object.fromEntries(names.map((name) => [name, true])))
  })
})

it('mails links and codes whatever is switched off', async () => {
  for (const name of Object.keys(KIND_OF)) await turn(name as Switch, false)
  await core.createUser('silent')
  const { token } = await core.invite('silent', { send_email: true })
  await core.mail('silent@example.com', token)
  const { session_secret } = await core.start(token)
  await core.activate(session_secret, PASSWORD)
  await core.requestReset('silent@example.com')
  await core.resetToken('silent@example.com')
  core.advance(HOUR_MS)
  const mails = core.transport.sent.filter(({ to }) => to === 'silent@example.com')
  expect(mails).toHaveLength(2)
})
