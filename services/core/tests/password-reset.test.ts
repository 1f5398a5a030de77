import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { newSecret } from '../src/domain/secret.js'
import { refusalOf } from './_clients.js'
import { HOUR_MS, MINUTE_MS, resetLinks, startTestCore, type TestCore } from './_core.js'
import { query, whileHolding } from './_database.js'

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
})
afterAll(() => core.stop())

const OLD = 'correct horse battery'
const NEW = 'entirely new staple'

const unauthenticated = (message: string, reason: string) => ({
  code: status.UNAUTHENTICATED,
  message,
  reason,
})
const denied = (message: string, reason: string) => ({
  code: status.PERMISSION_DENIED,
  message,
  reason,
})
const OVER = unauthenticated('Session expired', 'session_over')

async function startRefusal(token: string) {
  return refusalOf(await core.startReset(token).catch((err) => err))
}

async function resetRefusal(sessionSecret: string, password: string) {
  return refusalOf(await core.resetPassword(sessionSecret, password).catch((err) => err))
}

/** A fresh active person and the token of a link that was mailed to them. */
async function forgetful(name: string) {
  await core.createUser(name, { password: OLD })
  await core.requestReset(`${name}@example.com`)
  return core.resetToken(`${name}@example.com`)
}

const personLocked = (name: string) => `select from "user" where username = '${name}' for update`

it('mails a link to the address on record that says how long it is good, and sets the password once', async () => {
  const token = await forgetful('ania')
  const { text, html, subject } = await core.mail('ania@example.com', token)
  expect(subject).toBe('Reset your password at Defguard')
  const link = `https://enroll.example.com/password-reset#token=${token}`
  expect(text).toContain(link)
  // As a button and in full.
  expect(html.replaceAll('&#x3D;', '=').split(`href="${link}"`)).toHaveLength(3)
  expect(text).toMatch(/Start before: .*2 January 2026 at 00:00 UTC/)
  expect(text).toContain('10 min')

  const { session_secret, deadline_timestamp } = await core.startReset(` ${token}\n`)
  expect(session_secret).toMatch(/^dgt_[0-9A-Za-z]{38}$/)
  expect(deadline_timestamp).toBe(Math.floor(core.time.now.getTime() / 1000) + 600)
  await core.resetPassword(session_secret, NEW)
  expect(await core.acceptsPassword('ania', NEW)).toBe(true)
  expect(await core.acceptsPassword('ania', OLD)).toBe(false)
  const told = await core.mail('ania@example.com', 'was changed')
  expect(told.text).toContain('ania')
  expect(told.text).toMatch(/2026 at \d\d:\d\d UTC/)
  expect(await startRefusal(token)).toEqual(unauthenticated('invalid token', 'token_used'))
})

it('takes the same password from the same session again without effect, and no other', async () => {
  const token = await forgetful('repeat')
  const winner = (await core.startReset(token)).session_secret
  const other = (await core.startReset(token)).session_secret
  await core.resetPassword(winner, NEW)
  await core.resetPassword(winner, NEW)
  expect(await resetRefusal(winner, 'a third long password')).toEqual(OVER)
  expect(await resetRefusal(other, NEW)).toEqual(OVER)
  expect(await core.acceptsPassword('repeat', NEW)).toBe(true)
  const mails = await query(core.databaseUrl, 'select kind from mail where recipient = $1', [
    'repeat@example.com',
  ])
  expect(mails).toEqual([{ kind: 'password_reset' }, { kind: 'password_changed' }])
  core.advance(10 * MINUTE_MS)
  expect(await resetRefusal(winner, NEW)).toEqual(OVER)
})

it('lets exactly one of twenty simultaneous resets set the password', async () => {
  const token = await forgetful('race')
  const sessions = await Promise.all(Array.from({ length: 5 }, () => core.startReset(token)))
  const passwords = Array.from({ length: 20 }, (_, i) => `Tulip-${i}-rain!`)
  const outcomes = await whileHolding(core.databaseUrl, personLocked('race'), 20, () =>
    Promise.allSettled(
      passwords.map((password, i) =>
        core.resetPassword(sessions[i % 5]?.session_secret ?? '', password),
      ),
    ),
  )
  const winners = passwords.filter((_, i) => outcomes[i]?.status === 'fulfilled')
  expect(winners).toHaveLength(1)
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') expect(refusalOf(outcome.reason)).toEqual(OVER)
  }
  const accepted = []
  for (const password of passwords)
    if (await core.acceptsPassword('race', password)) accepted.push(password)
  expect(accepted).toEqual(winners)
  const told = await query(
    core.databaseUrl,
    `select id from mail where recipient = 'race@example.com' and kind = 'password_changed'`,
  )
  expect(told).toHaveLength(1)
})

it('takes the same password many times at once from one session', async () => {
  const session = await core.startedReset('eager', OLD)
  await whileHolding(core.databaseUrl, personLocked('eager'), 8, () =>
    Promise.all(Array.from({ length: 8 }, () => core.resetPassword(session, NEW))),
  )
  expect(await core.acceptsPassword('eager', NEW)).toBe(true)
})

it('ends every login of the person, and leaves their devices', async () => {
  await core.createLocation('Office', ['10.1.0.1/24'])
  const enrolling = await core.startedEnrollment('logged')
  await core.activate(enrolling, OLD)
  await core.addDevice(enrolling, 'Laptop')
  const { session_secret: login } = await core.clients.auth.login({
    login: 'logged',
    password: OLD,
  })
  const whoAmI = () => core.clients.auth.whoAmI({}, { authorization: `Bearer ${login}` })
  await whoAmI()
  await core.requestReset('logged@example.com')
  const { session_secret } = await core.startReset(await core.resetToken('logged@example.com'))
  await core.resetPassword(session_secret, NEW)
  expect(refusalOf(await whoAmI().catch((err) => err))).toMatchObject({ reason: 'not_logged_in' })
  const { devices } = await core.clients.devices.listDevices({
    page: undefined,
    username: 'logged',
    location: '',
  })
  expect(devices).toMatchObject([{ name: 'Laptop', configured: true }])
})

it('leaves no login behind that raced the new password with the old one', async () => {
  const session = await core.startedReset('intruder', OLD)
  const login = () => core.clients.auth.login({ login: 'intruder', password: OLD })
  const logins = Array.from({ length: 24 }, login)
  const [outcomes] = await Promise.all([
    Promise.allSettled(logins),
    core.resetPassword(session, NEW),
  ])
  expect(outcomes.some((outcome) => outcome.status === 'fulfilled')).toBe(true)
  for (const outcome of outcomes) {
    if (outcome.status !== 'fulfilled') continue
    const authorization = `Bearer ${outcome.value.session_secret}`
    const look = await core.clients.auth.whoAmI({}, { authorization }).catch((err) => err)
    expect(refusalOf(look)).toMatchObject({ reason: 'not_logged_in' })
  }
})

it('keeps the deadline when the link is opened again, and ends the oldest of six sessions', async () => {
  const token = await forgetful('again')
  const first = await core.startReset(token)
  core.advance(3 * MINUTE_MS)
  const later = []
  for (let i = 0; i < 5; i++) later.push(await core.startReset(token))
  const deadlines = new Set([first, ...later].map((reply) => reply.deadline_timestamp))
  expect(deadlines.size).toBe(1)
  expect(await resetRefusal(first.session_secret, NEW)).toEqual(OVER)
  core.time.now = new Date(first.deadline_timestamp * 1000 - 1)
  await core.resetPassword(later[0]?.session_secret ?? '', NEW)
})

it('sets no password for a session that ended, or a person who was disabled, while it was hashed', async () => {
  const token = await forgetful('hashing')
  const first = await core.startReset(token)
  const reset = () => resetRefusal(first.session_secret, NEW)
  const disable = `update "user" set is_active = false where username = 'hashing'`
  expect(await whileHolding(core.databaseUrl, disable, 1, reset)).toEqual(
    denied('user disabled', 'user_disabled'),
  )
  await core.enable('hashing')
  const startAgain = async () => {
    for (let i = 0; i < 5; i++) await core.startReset(token)
  }
  const locked = personLocked('hashing')
  expect(await whileHolding(core.databaseUrl, locked, 1, reset, startAgain)).toEqual(OVER)
  expect(await core.acceptsPassword('hashing', OLD)).toBe(true)
  await core.resetPassword((await core.startReset(token)).session_secret, NEW)
})

it('ends link and sessions at the deadline, to the second', async () => {
  const token = await forgetful('punctual')
  const { session_secret, deadline_timestamp } = await core.startReset(token)
  core.time.now = new Date(deadline_timestamp * 1000)
  expect(await resetRefusal(session_secret, NEW)).toEqual(OVER)
  expect(await startRefusal(token)).toEqual(unauthenticated('invalid token', 'token_used'))
  expect(await core.acceptsPassword('punctual', OLD)).toBe(true)
})

it('lets an unopened link wait 24 hours and then says that it has expired', async () => {
  const late = await forgetful('late')
  const tooLate = await forgetful('toolate')
  core.advance(24 * HOUR_MS - 1000)
  await core.startReset(late)
  core.advance(1000)
  expect(await startRefusal(tooLate)).toEqual(unauthenticated('token expired', 'token_expired'))
})

it('takes no token or session of another kind, and shows nobody else a difference', async () => {
  await core.createUser('newcomer')
  const enrollment = await core.invite('newcomer')
  const wrongKind = denied('invalid token', 'wrong_token_kind')
  expect(await startRefusal(enrollment.token)).toEqual(wrongKind)
  const unknown = newSecret('passwordReset').secret
  for (const token of [unknown, unknown.slice(0, -1), 'x'.repeat(10_000), 'żółć', '\u0000', ''])
    expect(await startRefusal(token)).toEqual(unauthenticated('invalid token', 'token_unknown'))

  const enrolling = (await core.start(enrollment.token)).session_secret
  expect(await resetRefusal(enrolling, NEW)).toEqual(wrongKind)
  expect(await resetRefusal('', NEW)).toEqual(
    unauthenticated('Missing authorization header', 'no_session'),
  )
  for (const session of [newSecret('passwordResetSession').secret, unknown, 'undefined'])
    expect(await resetRefusal(session, NEW)).toEqual(
      unauthenticated('invalid token', 'token_unknown'),
    )
  const resetting = await core.startedReset('kinds', OLD)
  const elsewhere = await core.clients.enrollment
    .getSession({ session_secret: resetting })
    .catch((err) => err)
  expect(refusalOf(elsewhere)).toEqual(wrongKind)
})

it('ends the older link, its sessions and its waiting mail when another one is asked for', async () => {
  const older = await forgetful('twice')
  const { session_secret } = await core.startReset(older)
  core.advance(MINUTE_MS)
  await core.requestReset('TWICE@example.com')
  const newer = await core.resetToken('twice@example.com', 1)
  expect(await startRefusal(older)).toEqual(unauthenticated('invalid token', 'token_revoked'))
  expect(await resetRefusal(session_secret, NEW)).toEqual(OVER)
  await core.resetPassword((await core.startReset(newer)).session_secret, NEW)
})

it('ends the reset link of an admin whose password is set from the server', async () => {
  const own = await startTestCore()
  await own.requestReset('adam@example.com')
  const token = await own.resetToken('adam@example.com')
  const { session_secret } = await own.startReset(token)
  const { password } = await own.core.bootstrapAdmin()
  const outcomes = [own.startReset(token), own.resetPassword(session_secret, NEW)].map((call) =>
    call.catch((err) => refusalOf(err).reason),
  )
  expect(await Promise.all(outcomes)).toEqual(['token_revoked', 'session_over'])
  expect(await own.acceptsPassword('admin', password)).toBe(true)
  await own.stop()
})

it('kills no reset link with an invitation, and no invitation with a reset', async () => {
  const token = await forgetful('both')
  await core.createUser('pending')
  const invitation = await core.invite('pending')
  await core.requestReset('pending@example.com')
  await core.startReset(token)
  await core.start(invitation.token)
})

it('does nothing for a person who was disabled meanwhile', async () => {
  const token = await forgetful('gone')
  const { session_secret } = await core.startReset(token)
  await core.disable('gone')
  expect(await startRefusal(token)).toEqual(
    denied('user disabled or not yet enrolled', 'user_disabled'),
  )
  expect(await resetRefusal(session_secret, NEW)).toEqual(denied('user disabled', 'user_disabled'))
  await core.enable('gone')
  expect(await core.acceptsPassword('gone', OLD)).toBe(true)
})

it.each([
  ['seven77', 'password_too_short', 'use at least 8 characters'],
  ['x'.repeat(129), 'password_too_long', 'use at most 128 characters'],
  ['password1', 'password_common', 'it is one of the most common passwords'],
  [
    'weakling2024!',
    'password_personal',
    'it is your name, your e-mail address or the name of the company',
  ],
])(
  'refuses the password %s with its reason, and the session goes on',
  async (password, reason, why) => {
    const session = await core.startedReset('weakling', OLD).catch(async () => {
      core.advance(MINUTE_MS)
      await core.requestReset('weakling@example.com')
      const seen = resetLinks(core.transport, 'weakling@example.com').length
      const token = await core.resetToken('weakling@example.com', seen)
      return (await core.startReset(token)).session_secret
    })
    expect(await resetRefusal(session, password)).toEqual({
      code: status.INVALID_ARGUMENT,
      message: `password not strong enough: ${why}`,
      reason,
    })
    await core.resetPassword(session, NEW)
  },
)

it('has times of its own, whatever those of an enrollment are', async () => {
  const own = await startTestCore({
    tokenTimeoutMs: 5 * MINUTE_MS,
    sessionTimeoutMs: MINUTE_MS,
    passwordReset: { tokenTimeoutMs: 2 * HOUR_MS, sessionTimeoutMs: 3 * MINUTE_MS },
  })
  await own.createUser('slow', { password: OLD })
  await own.requestReset('slow@example.com')
  const token = await own.resetToken('slow@example.com')
  const mail = await own.mail('slow@example.com', token)
  expect(mail.text).toContain('02:00 UTC')
  expect(mail.text).toContain('3 min')
  own.advance(2 * HOUR_MS - 1000)
  const { session_secret, deadline_timestamp } = await own.startReset(token)
  expect(deadline_timestamp).toBe(Math.floor(own.time.now.getTime() / 1000) + 180)
  own.advance(2 * MINUTE_MS)
  await own.resetPassword(session_secret, NEW)
  await own.stop()
})

it('survives a restart of core between the mail, the start and the new password', async () => {
  const token = await forgetful('patient')
  await core.restart()
  const { session_secret } = await core.startReset(token)
  await core.restart()
  await core.resetPassword(session_secret, NEW)
  await core.restart()
  await core.resetPassword(session_secret, NEW)
})

it('tells nobody of a changed password where that is switched off', async () => {
  await query(core.databaseUrl, 'update settings set notify_user_password_changed = false')
  await core.resetPassword(await core.startedReset('untold', OLD), NEW)
  await query(core.databaseUrl, 'update settings set notify_user_password_changed = true')
  const mails = await query(core.databaseUrl, 'select kind from mail where recipient = $1', [
    'untold@example.com',
  ])
  expect(mails).toEqual([{ kind: 'password_reset' }])
})

it('keeps neither link, session nor password in any row', async () => {
  const token = await forgetful('dumped')
  const { session_secret } = await core.startReset(token)
  await core.resetPassword(session_secret, NEW)
  await core.mail('dumped@example.com', 'was changed')
  const tables = ['mail', 'audit_event', 'password_reset_token', 'password_reset_session', '"user"']
  for (const table of tables) {
    const dump = JSON.stringify(await query(core.databaseUrl, `select t::text from ${table} t`))
    for (const secret of [token, session_secret, NEW, OLD])
      for (const form of [secret, Buffer.from(secret).toString('hex')])
        expect(dump).not.toContain(form)
  }
})

it('records each step, and sums up guesses', async () => {
  const token = await forgetful('audited')
  const { session_secret } = await core.startReset(token)
  await resetRefusal(session_secret, 'seven77')
  await core.resetPassword(session_secret, NEW)
  const own = await query(
    core.databaseUrl,
    `select action, result, reason from audit_event
     where action like 'password_reset.%' and object_id =
       (select id from password_reset_token where user_id = (select id from "user" where username = 'audited'))
     order by id`,
  )
  expect(own).toEqual([
    { action: 'password_reset.requested', result: 'ok', reason: null },
    { action: 'password_reset.started', result: 'ok', reason: null },
    { action: 'password_reset.refused', result: 'refused', reason: 'password_too_short' },
    { action: 'password_reset.completed', result: 'ok', reason: null },
  ])
  const guess = (address: string) =>
    core.clients.passwordReset
      .startPasswordReset({ token: 'guess' }, { 'x-client-address': address })
      .catch(() => undefined)
  for (let i = 0; i < 5; i++) await guess('198.51.100.1')
  core.advance(2 * MINUTE_MS)
  await guess('198.51.100.1')
  const guesses = await query(
    core.databaseUrl,
    `select id from audit_event where action = 'password_reset.refused' and ip = '198.51.100.1'`,
  )
  expect(guesses).toHaveLength(2)
})

it('forgets dead links after thirty days, and until then says why they are dead', async () => {
  const token = await forgetful('old')
  core.advance(29 * 24 * HOUR_MS)
  await core.core.maintain()
  expect(await startRefusal(token)).toEqual(unauthenticated('token expired', 'token_expired'))
  core.advance(3 * 24 * HOUR_MS)
  await core.core.maintain()
  expect(await startRefusal(token)).toEqual(unauthenticated('invalid token', 'token_unknown'))
})
