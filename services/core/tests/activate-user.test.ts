import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { refusalOf } from './_clients.js'
import { MINUTE_MS, startTestCore, type TestCore, waitFor } from './_core.js'

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
})
afterAll(() => core.stop())

const PASSWORD = 'correct horse battery'

async function refusal(sessionSecret: string, password: string, phone?: string) {
  const outcome = await core.activate(sessionSecret, password, phone).catch((err) => err)
  return refusalOf(outcome)
}

it('activates the account: enrolled, mailed, able to log in, and the session lives on', async () => {
  const sessionSecret = await core.startedEnrollment('ania')
  await core.activate(sessionSecret, PASSWORD)
  const { enrollment } = await core.clients.enrollment.getSession({ session_secret: sessionSecret })
  expect(enrollment?.user?.enrolled).toBe(true)
  expect(await core.acceptsPassword('ANIA', PASSWORD)).toBe(true)
  expect(await core.acceptsPassword('ania@example.com', PASSWORD)).toBe(true)
  expect(await core.acceptsPassword('ania', `${PASSWORD}.`)).toBe(false)
  const welcome = await core.mail('ania@example.com')
  expect(welcome.text).toContain('ania')
  const notice = await core.mail('adam@example.com', 'ania')
  expect(notice.text).toContain('Jo Doe')
})

it('accepts the same password from the same session again, and nothing else', async () => {
  await core.createUser('repeat')
  const { token } = await core.invite('repeat')
  const winner = (await core.start(token)).session_secret
  const other = (await core.start(token)).session_secret
  await core.activate(winner, PASSWORD)
  await core.activate(winner, PASSWORD)
  const taken = {
    code: status.INVALID_ARGUMENT,
    message: 'user already activated',
    reason: 'already_enrolled',
  }
  expect(await refusal(winner, 'another long password')).toEqual(taken)
  expect(await refusal(other, PASSWORD)).toEqual(taken)
  await core.mail('repeat@example.com')
  const { tokens } = await core.clients.enrollments.listTokens({
    page: undefined,
    state: 0,
    kind: 0,
    username: 'repeat',
  })
  expect(tokens.map((entry) => entry.state)).toEqual([3])
  expect(core.transport.sent.filter((mail) => mail.to === 'repeat@example.com')).toHaveLength(1)
})

it('lets exactly one of twenty simultaneous activations set the password', async () => {
  await core.createUser('race')
  const { token } = await core.invite('race')
  const sessions = await Promise.all(Array.from({ length: 5 }, () => core.start(token)))
  const passwords = Array.from({ length: 20 }, (_, i) => `Tulip-${i}-rain!`)
  const outcomes = await Promise.allSettled(
    passwords.map((password, i) => core.activate(sessions[i % 5]?.session_secret ?? '', password)),
  )
  const winners = passwords.filter((_, i) => outcomes[i]?.status === 'fulfilled')
  expect(winners).toHaveLength(1)
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected')
      expect(refusalOf(outcome.reason).reason).toBe('already_enrolled')
  }
  const accepted = []
  for (const password of passwords)
    if (await core.acceptsPassword('race', password)) accepted.push(password)
  expect(accepted).toEqual(winners)
  await core.mail('race@example.com')
  expect(core.transport.sent.filter((mail) => mail.to === 'race@example.com')).toHaveLength(1)
})

it.each([
  ['seven77', 'password_too_short', 'use at least 8 characters'],
  ['x'.repeat(129), 'password_too_long', 'use at most 128 characters'],
  ['password1', 'password_common', 'it is one of the most common passwords'],
  ['QWERTYUIOP', 'password_common', 'it is one of the most common passwords'],
  [
    'weak-person2024!',
    'password_personal',
    'it is your name, your e-mail address or the name of the company',
  ],
  [
    'Defguard123',
    'password_personal',
    'it is your name, your e-mail address or the name of the company',
  ],
])(
  'refuses the password %s with its reason, and the session goes on',
  async (password, reason, why) => {
    const name = `weak-person`
    const sessionSecret = await core.clients.users
      .getUser({ username: name })
      .then(() => core.invite(name))
      .then(async ({ token }) => (await core.start(token)).session_secret)
      .catch(() => core.startedEnrollment(name))
    expect(await refusal(sessionSecret, password)).toEqual({
      code: status.INVALID_ARGUMENT,
      message: `password not strong enough: ${why}`,
      reason,
    })
    await core.clients.enrollment.getSession({ session_secret: sessionSecret })
  },
)

it('takes 128 emoji and tells apart passwords that are equal in their first 72 bytes', async () => {
  const emoji = '🌍'.repeat(128)
  await core.activate(await core.startedEnrollment('emoji'), emoji)
  expect(await core.acceptsPassword('emoji', emoji)).toBe(true)
  expect(await core.acceptsPassword('emoji', `${'🌍'.repeat(127)}🌎`)).toBe(false)
})

it('takes the same password typed in another Unicode form', async () => {
  await core.activate(
    await core.startedEnrollment('forms'),
    'za\u017c\u00f3\u0142\u0107 g\u0119\u015bl\u0105',
  )
  expect(
    await core.acceptsPassword('forms', 'zaz\u0307o\u0301\u0142c\u0301 ge\u0328s\u0301la\u0328'),
  ).toBe(true)
})

it('keeps the phone unless a new one is sent, and refuses what is no number', async () => {
  const sessionSecret = await core.startedEnrollment('phone')
  expect(await refusal(sessionSecret, PASSWORD, '4*4')).toEqual({
    code: status.INVALID_ARGUMENT,
    message: 'invalid phone number',
    reason: 'invalid_phone',
  })
  await core.activate(sessionSecret, PASSWORD, ' ')
  expect((await core.clients.users.getUser({ username: 'phone' })).user?.phone).toBe(
    '+48 600100200',
  )
  const other = await core.startedEnrollment('phone2')
  await core.activate(other, PASSWORD, ' +1 (202) 555-0173 ')
  expect((await core.clients.users.getUser({ username: 'phone2' })).user?.phone).toBe(
    '+1 (202) 555-0173',
  )
})

it('changes nothing when the token is revoked or the time runs out before the password arrives', async () => {
  await core.createUser('revoked')
  const { token, id } = await core.invite('revoked')
  const { session_secret } = await core.start(token)
  await core.clients.enrollments.revokeToken({ token: { id, username: undefined } })
  expect(await refusal(session_secret, PASSWORD)).toMatchObject({ reason: 'session_over' })
  const slow = await core.startedEnrollment('slow')
  core.advance(10 * MINUTE_MS)
  expect(await refusal(slow, PASSWORD)).toMatchObject({ reason: 'session_over' })
  expect(await core.acceptsPassword('slow', PASSWORD)).toBe(false)
})

it('enrolls while the mail server is down, and the mail follows', async () => {
  core.transport.failure = new Error('connect ECONNREFUSED')
  const sessionSecret = await core.startedEnrollment('offline')
  await core.activate(sessionSecret, PASSWORD)
  core.transport.failure = undefined
  // The retry is due after the backoff: time passes until it has come.
  await waitFor(() => {
    core.advance(5_000)
    return core.transport.sent.find((mail) => mail.to === 'offline@example.com')
  })
})
