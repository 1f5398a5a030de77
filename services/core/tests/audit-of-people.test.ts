import { MailState } from '@defguard/proto/admin/v1/mail'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { recorded } from './_audit.js'
import { HOUR_MS, MINUTE_MS, newPublicKey, startTestCore, type TestCore } from './_core.js'
import { query } from './_database.js'
import { codeOf, finish, startTotp } from './_mfa.js'
import { storeAnyway } from './_onboarding.js'
import { invitedInVain } from './_outbox.js'

const PASSWORD = 'correct horse battery'
const FROM = {
  'x-client-address': '203.0.113.9',
  'x-client-user-agent': encodeURIComponent(`Browser\u001b[2J ${'x'.repeat(300)}`),
}

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
  await core.createLocation('Office', ['10.1.0.1/24'])
})
afterAll(() => core.stop())

/** An event of the person on the other side of the proxy. */
const byPerson = (name: string, object: string, refusal?: string) => ({
  actorKind: 'person',
  actorName: name,
  object,
  result: refusal ? 'refused' : 'ok',
  reason: refusal ?? null,
  ip: '203.0.113.9',
  userAgent: expect.stringMatching(/^Browser%1B\[2J x{200,}$/),
})

async function only(act: () => Promise<unknown>, action: string) {
  const events = await recorded(core, () => act().catch(() => {}), action)
  const found = events.filter((event) => event.action === action)
  expect(found).toHaveLength(1)
  return found[0]
}

const device = (session_secret: string, pubkey = newPublicKey()) =>
  core.clients.enrollment.createDevice({ session_secret, name: 'Laptop', pubkey }, FROM)
const activate = (session_secret: string, password: string) =>
  core.clients.enrollment.activateUser({ session_secret, password, phone_number: undefined }, FROM)

it('records every step of an enrollment, and what went wrong on the way', async () => {
  const { enrollment } = core.clients
  await core.createUser('anna')
  const { token } = await core.invite('anna')
  let session = ''
  const start = async () => {
    session = (await enrollment.startEnrollment({ token }, FROM)).session_secret
  }
  expect(await only(start, 'enrollment.started')).toMatchObject(
    byPerson('anna', 'enrollment_token'),
  )
  const report = () => enrollment.reportMistake({ session_secret: session, text: 'no' }, FROM)
  expect(await only(report, 'enrollment.mistake_reported')).toMatchObject(
    byPerson('anna', 'enrollment_token'),
  )
  const key = newPublicKey()
  expect(await only(() => device(session, key), 'enrollment.device_added')).toMatchObject(
    byPerson('anna', 'device'),
  )
  expect(await only(() => device(session), 'device.updated')).toMatchObject(
    byPerson('anna', 'device'),
  )
  const totp = await startTotp(core, session)
  await finish(core, session, codeOf(core, totp))
  const weak = () => activate(session, 'password')
  expect(await only(weak, 'enrollment.activation_refused')).toMatchObject(
    byPerson('anna', 'enrollment_token', 'password_common'),
  )
  const events = await recorded(core, () => activate(session, PASSWORD), 'enrollment.activated')
  for (const action of ['enrollment.activated', 'enrollment.mfa_enabled'])
    expect(events.find((event) => event.action === action)).toMatchObject(
      byPerson('anna', expect.stringMatching(/user|enrollment_token/) as unknown as string),
    )
})

it('records starts that are refused, of a real link by its person and of guesses by their address', async () => {
  await core.createUser('bert')
  const { token } = await core.invite('bert')
  await core.disable('bert')
  const start = (what: string) => () =>
    core.clients.enrollment.startEnrollment({ token: what }, FROM)
  expect(await only(start(token), 'enrollment.start_refused')).toMatchObject(
    byPerson('bert', 'enrollment_token', 'start_user_disabled'),
  )
  expect(await only(start('guess'), 'enrollment.start_refused')).toMatchObject({
    ...byPerson('', ''),
    actorName: null,
    object: null,
    result: 'refused',
    reason: 'token_unknown',
  })
})

it('records what time ends, a new link that is asked for, and devices that go with a link', async () => {
  await core.createUser('cora')
  const { token } = await core.invite('cora')
  await device(await core.startedEnrollment('dora'))
  core.advance(24 * HOUR_MS + MINUTE_MS)
  const events = await recorded(core, () => core.core.maintain(), 'device.removed')
  const ended = events.map(({ actorKind, action, result }) => [actorKind, action, result].join(' '))
  expect(ended.sort()).toEqual(
    expect.arrayContaining([
      'system device.removed ok',
      'system enrollment.expired ok',
      'system enrollment.session_ended ok',
    ]),
  )
  const ask = () => core.clients.enrollment.requestNewLink({ token }, FROM)
  expect(await only(ask, 'enrollment.new_link_requested')).toMatchObject(
    byPerson('cora', 'enrollment_token'),
  )
})

it('records that devices made under another link go when somebody enrolls', async () => {
  await core.createUser('erna')
  const first = await core.start((await core.invite('erna')).token)
  await device(first.session_secret)
  // A thief's link is replaced, and their device with it.
  const resend = () => core.invite('erna')
  expect(await only(resend, 'device.removed')).toMatchObject({
    actorKind: 'system',
    object: 'device',
  })
})

it('records a network device that gets its key', async () => {
  const { invitation } = await core.clients.devices.createNetworkDevice({
    request_id: '',
    name: 'printer',
    location: 'Office',
    addresses: [],
    owner: '',
    pubkey: undefined,
    expires_in_seconds: 0,
  })
  const { session_secret } = await core.start(invitation?.token ?? '')
  const configured = await only(() => device(session_secret), 'network_device.configured')
  expect(configured).toMatchObject({ actorKind: 'person', object: 'device', ip: '203.0.113.9' })
})

it('records every step of a password reset, and refusals', async () => {
  await core.createUser('fred', { password: PASSWORD })
  const { passwordReset } = core.clients
  const ask = () => passwordReset.requestPasswordReset({ email: 'fred@example.com' }, FROM)
  // Whoever asks has not proved to be this person.
  expect(await only(ask, 'password_reset.requested')).toMatchObject({
    ...byPerson('', 'password_reset_token'),
    actorName: null,
  })
  const token = await core.resetToken('fred@example.com')
  let session = ''
  const start = async () => {
    session = (await passwordReset.startPasswordReset({ token }, FROM)).session_secret
  }
  const object = 'password_reset_token'
  expect(await only(start, 'password_reset.started')).toMatchObject(byPerson('fred', object))
  const reset = (password: string) => () =>
    passwordReset.resetPassword({ session_secret: session, password }, FROM)
  expect(await only(reset('password'), 'password_reset.refused')).toMatchObject(
    byPerson('fred', object, 'password_common'),
  )
  expect(await only(reset('staple of the horse'), 'password_reset.completed')).toMatchObject(
    byPerson('fred', object),
  )
  expect(await only(start, 'password_reset.refused')).toMatchObject(
    byPerson('fred', object, 'token_used'),
  )
})

it('records what became of mails, and texts that cannot be used', async () => {
  const failing = () => invitedInVain(core, 'gabi', new Error('out of order'), MailState.FAILED)
  expect(await only(failing, 'mail.failed')).toMatchObject({
    actorKind: 'system',
    result: 'failed',
  })
  await core.createUser('hans')
  const sent = () => core.invite('hans', { send_email: true })
  expect(await only(sent, 'mail.sent')).toMatchObject({ actorKind: 'system', result: 'ok' })
  await storeAnyway(core, 'page', '{{ gone }}')
  const broken = () => core.startedEnrollment('ivan')
  expect(await only(broken, 'onboarding.render_failed')).toMatchObject({
    actorKind: 'system',
    object: 'onboarding',
    result: 'failed',
  })
})

it('records what core itself did when it was set up', async () => {
  const events = await query(
    core.databaseUrl,
    `select action, actor_kind as by from audit_event where id in (select id from audit_event order by id limit 2)
     order by action`,
  )
  expect(events).toEqual([
    { action: 'settings.updated', by: 'system' },
    { action: 'system.admin_bootstrapped', by: 'system' },
  ])
})
