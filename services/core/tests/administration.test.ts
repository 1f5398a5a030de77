import { Violations } from '@defguard/proto/admin/v1/common'
import { type Metadata, status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { refusalOf } from './_clients.js'
import { ADMIN_PASSWORD, HOUR_MS, startTestCore, type TestCore } from './_core.js'
import { whileHolding } from './_database.js'

let core: TestCore
beforeAll(async () => {
  core = await startTestCore({ adminSessionTimeoutMs: 12 * HOUR_MS })
})
afterAll(() => core.stop())

async function refusal(call: Promise<unknown>) {
  return refusalOf(await call.catch((err) => err))
}

const user = (changes: Record<string, unknown> = {}) => ({
  request_id: '',
  username: 'ania',
  email: 'ania@example.com',
  first_name: 'Ania',
  last_name: 'Doe',
  phone: undefined,
  language: undefined,
  groups: [],
  password: undefined,
  invitation: undefined,
  ...changes,
})

it('answers a wrong password, an unknown name and a pending account alike', async () => {
  await core.createUser('pending')
  const answers = []
  for (const login of ['admin', 'nobody', 'pending', '']) {
    answers.push(await refusal(core.clients.auth.login({ login, password: 'wrong password' })))
  }
  expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
    new Set([
      JSON.stringify({
        code: status.UNAUTHENTICATED,
        message: 'invalid username or password',
        reason: 'login_failed',
      }),
    ]),
  )
})

it('lets a session act until it is ended or over', async () => {
  const login = () => core.clients.auth.login({ login: 'ADMIN', password: ADMIN_PASSWORD })
  const ended = { authorization: `Bearer ${(await login()).session_secret}` }
  expect(await core.clients.auth.whoAmI({}, ended)).toMatchObject({
    username: 'admin',
    role: 'admin',
  })
  await core.clients.auth.logout({}, ended)
  expect(await refusal(core.clients.auth.whoAmI({}, ended))).toMatchObject({
    reason: 'not_logged_in',
  })
  const over = { authorization: `Bearer ${(await login()).session_secret}` }
  const now = core.time.now
  core.advance(12 * HOUR_MS)
  expect(await refusal(core.clients.users.getUser({ username: 'admin' }, over))).toMatchObject({
    code: status.UNAUTHENTICATED,
    reason: 'not_logged_in',
  })
  core.time.now = now
})

it('refuses every administrative call without a session, and to people without a role', async () => {
  await core.createUser('plain', { password: 'correct horse battery' })
  const { session_secret } = await core.clients.auth.login({
    login: 'plain',
    password: 'correct horse battery',
  })
  const plain = { authorization: `Bearer ${session_secret}` }
  const { users, groups, enrollments, locations, devices, settings, onboarding } = core.clients
  const calls = (metadata: Record<string, string>) => [
    users.createUser(user({ username: 'sneaky' }), metadata),
    users.getUser({ username: 'admin' }, metadata),
    users.listUsers({ page: undefined, state: 0, search: '' }, metadata),
    groups.createGroup({ request_id: '', name: 'x', role: '' }, metadata),
    groups.listGroups({ page: undefined }, metadata),
    enrollments.issueEnrollment({ username: 'pending', options: undefined }, metadata),
    enrollments.listTokens({ page: undefined, state: 0, kind: 0, username: '' }, metadata),
    enrollments.revokeToken({ token: undefined }, metadata),
    enrollments.resendToken({ token: undefined }, metadata),
    locations.getLocation({ name: 'x' }, metadata),
    locations.listLocations({ page: undefined }, metadata),
    devices.listDevices({ page: undefined, username: '', location: '' }, metadata),
    devices.getDeviceConfig({ id: 1, location: '' }, metadata),
    settings.getSettings({}, metadata),
    settings.updateSettings({ settings: undefined, update_mask: ['instance_name'] }, metadata),
    onboarding.getOnboarding({ language: '' }, metadata),
    onboarding.setOnboarding({ language: '', texts: undefined, reset: [] }, metadata),
    onboarding.previewOnboarding(
      { language: '', texts: undefined, username: '', admin_username: '' },
      metadata,
    ),
    onboarding.listOnboardingHistory({ page: undefined, language: '', kind: '' }, metadata),
    onboarding.getOnboardingRevision({ revision: 1 }, metadata),
    onboarding.restoreOnboarding({ revision: 1 }, metadata),
  ]
  for (const call of calls(plain))
    expect(await refusal(call)).toMatchObject({ reason: 'not_allowed' })
  for (const call of calls({ authorization: 'Bearer dga_x' })) {
    expect(await refusal(call)).toMatchObject({ reason: 'not_logged_in' })
  }
})

it('lets an auditor read, and change nothing', async () => {
  await core.clients.groups.createGroup({ request_id: '', name: 'Auditors', role: 'auditor' })
  await core.createUser('audrey', { groups: ['auditors'], password: 'correct horse battery' })
  const login = await core.clients.auth.login({
    login: 'audrey',
    password: 'correct horse battery',
  })
  const auditor = { authorization: `Bearer ${login.session_secret}` }
  await core.clients.users.listUsers({ page: undefined, state: 0, search: '' }, auditor)
  expect(await refusal(core.clients.users.createUser(user(), auditor))).toMatchObject({
    code: status.PERMISSION_DENIED,
    reason: 'not_allowed',
  })
})

it('reports everything that is wrong with a person at once, by field', async () => {
  const bad = user({
    username: '.x',
    email: 'nope',
    first_name: ' ',
    phone: '4*4',
    groups: ['ghosts'],
  })
  const err = await core.clients.users.createUser(bad).catch((error) => error)
  const [trailer] = (err.metadata as Metadata).get('error-violations-bin')
  const { violations } = Violations.decode(trailer as Buffer)
  expect(violations.map((violation) => violation.field)).toEqual([
    'username',
    'email',
    'first_name',
    'phone',
    'groups',
  ])
  expect(refusalOf(err).code).toBe(status.INVALID_ARGUMENT)
})

it('names the field that is taken, whatever its letter case', async () => {
  await core.clients.users.createUser(user())
  expect(
    await refusal(
      core.clients.users.createUser(user({ username: 'ANIA', email: 'b@example.com' })),
    ),
  ).toEqual({
    code: status.ALREADY_EXISTS,
    message: 'username: this username is taken',
    reason: 'already_exists',
  })
  expect(
    await refusal(
      core.clients.users.createUser(user({ username: 'ania2', email: 'Ania@Example.com' })),
    ),
  ).toEqual({
    code: status.ALREADY_EXISTS,
    message: 'email: this e-mail address is taken',
    reason: 'already_exists',
  })
})

it('makes one person of a creation that is repeated after a lost answer', async () => {
  const request_id = '0b0f7e9e-6f0e-4a55-9a0c-0d7b6a4f2f10'
  const wanted = user({ request_id, username: 'lost', email: 'lost@example.com' })
  // Held back until all of them have begun, so that none can see what another has made.
  const replies = await whileHolding(
    core.databaseUrl,
    'lock table "user" in share row exclusive mode',
    8,
    () => Promise.all(Array.from({ length: 8 }, () => core.clients.users.createUser(wanted))),
  )
  expect(new Set(replies.map((reply) => reply.user?.id)).size).toBe(1)
})

it('invites in the same breath, and leaves nobody behind when it cannot', async () => {
  const invitation = { send_email: false, email: undefined, expires_in_seconds: 0 }
  const made = await core.clients.users.createUser(
    user({ username: 'both', email: 'both@example.com', invitation }),
  )
  await core.start(made.invitation?.token ?? '')
  const impossible = user({
    username: 'neither',
    email: 'neither@example.com',
    invitation: { ...invitation, expires_in_seconds: 1 },
  })
  expect(await refusal(core.clients.users.createUser(impossible))).toMatchObject({
    reason: 'invalid_argument',
  })
  expect(await refusal(core.clients.users.getUser({ username: 'neither' }))).toMatchObject({
    code: status.NOT_FOUND,
  })
})

it('accepts the usernames of the rules and refuses the others', async () => {
  for (const [i, username] of ['zenek34', 'First_Last', '32-zenek', 'a'].entries()) {
    await core.clients.users.createUser(user({ username, email: `name${i}@example.com` }))
  }
  for (const username of ['.1user', '_x', 'a b', 'x'.repeat(64), 'zażółć']) {
    expect(await refusal(core.clients.users.createUser(user({ username })))).toMatchObject({
      code: status.INVALID_ARGUMENT,
    })
  }
})

it('never shows the mail password, and a change of one setting leaves the rest', async () => {
  const { settings } = await core.clients.settings.getSettings({})
  if (!settings) throw new Error('no settings came back')
  const changed = await core.clients.settings.updateSettings({
    settings: {
      ...settings,
      instance_name: 'Ignored',
      smtp_user: 'mailer',
      smtp_password: ' s3cret ',
    },
    update_mask: ['smtp_user', 'smtp_password'],
  })
  expect(changed.settings).toEqual({ ...settings, smtp_user: 'mailer', smtp_password_set: true })
  const unknown = core.clients.settings.updateSettings({ settings, update_mask: ['instance_id'] })
  expect(await refusal(unknown)).toMatchObject({
    message: 'update_mask: there is no field "instance_id" to change',
  })
  const wrong = core.clients.settings.updateSettings({
    settings: { ...settings, password_min_length: 7, accent_color: 'red' },
    update_mask: ['password_min_length', 'accent_color'],
  })
  expect(await refusal(wrong)).toMatchObject({
    message:
      'password_min_length: must be 8 to 128; accent_color: must be a colour such as #0b5fff',
  })
})
