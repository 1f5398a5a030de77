import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { newSecret } from '../src/domain/secret.js'
import { refusalOf } from './_clients.js'
import { HOUR_MS, MINUTE_MS, startTestCore, type TestCore } from './_core.js'

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
})
afterAll(() => core.stop())

const invalidToken = (reason: string) => ({
  code: status.UNAUTHENTICATED,
  message: 'invalid token',
  reason,
})

async function startRefusal(token: string) {
  return refusalOf(await core.start(token).catch((err) => err))
}

async function sessionRefusal(sessionSecret: string) {
  return refusalOf(
    await core.clients.enrollment.getSession({ session_secret: sessionSecret }).catch((err) => err),
  )
}

it('tells the person who they are, who invited them and how much time there is', async () => {
  await core.createUser('ania')
  const { token } = await core.invite('ania')
  const { session_secret, enrollment } = await core.start(`  ${token}\n`)
  expect(session_secret).toMatch(/^dgs_[0-9A-Za-z]{38}$/)
  const seconds = Math.floor(core.time.now.getTime() / 1000)
  expect(enrollment?.deadline_timestamp).toBe(seconds + 600)
  expect(enrollment?.admin).toEqual({
    name: 'Adam Min',
    email: 'adam@example.com',
    phone_number: undefined,
  })
  expect(enrollment?.user).toMatchObject({
    login: 'ania',
    enrolled: false,
    is_active: true,
    device_names: [],
  })
  expect(enrollment?.instance).toMatchObject({
    url: 'https://core.example.com/',
    proxy_url: 'https://enroll.example.com/',
    username: 'ania',
    enterprise_enabled: true,
  })
  expect(enrollment?.settings).toEqual({
    vpn_setup_optional: true,
    only_client_activation: false,
    admin_device_management: false,
    smtp_configured: true,
    mfa_required: false,
  })
  expect(enrollment?.final_page_content).toContain('ania')
})

it('keeps the deadline when the link is opened again, and ends the oldest of six sessions', async () => {
  await core.createUser('again')
  const { token } = await core.invite('again')
  const first = await core.start(token)
  core.advance(3 * MINUTE_MS)
  const later = []
  for (let i = 0; i < 5; i++) later.push(await core.start(token))
  const deadlines = new Set([first, ...later].map((reply) => reply.enrollment?.deadline_timestamp))
  expect(deadlines.size).toBe(1)
  expect(await sessionRefusal(first.session_secret)).toMatchObject({ reason: 'session_over' })
  for (const { session_secret } of later) {
    await core.clients.enrollment.getSession({ session_secret })
  }
})

it('ends token and sessions at the deadline, to the second', async () => {
  await core.createUser('punctual')
  const { token } = await core.invite('punctual')
  const { session_secret, enrollment } = await core.start(token)
  const deadline = (enrollment?.deadline_timestamp ?? 0) * 1000
  core.time.now = new Date(deadline - 1)
  await core.clients.enrollment.getSession({ session_secret })
  core.time.now = new Date(deadline)
  expect(await sessionRefusal(session_secret)).toEqual({
    code: status.UNAUTHENTICATED,
    message: 'Session expired',
    reason: 'session_over',
  })
  expect(await startRefusal(token)).toEqual(invalidToken('token_used'))
})

it('lets an unused link wait 24 hours and then says that it has expired', async () => {
  await core.createUser('late')
  await core.createUser('toolate')
  const late = await core.invite('late')
  const tooLate = await core.invite('toolate')
  core.advance(24 * HOUR_MS - 1000)
  const { enrollment } = await core.start(late.token)
  const seconds = Math.floor(core.time.now.getTime() / 1000)
  expect(enrollment?.deadline_timestamp).toBe(seconds + 600)
  core.advance(1000)
  expect(await startRefusal(tooLate.token)).toEqual({
    code: status.UNAUTHENTICATED,
    message: 'token expired',
    reason: 'token_expired',
  })
})

it('answers unknown, truncated, mistyped and absurd tokens alike', async () => {
  const unknown = newSecret('enrollment').secret
  for (const token of [
    unknown,
    unknown.slice(0, -1),
    `${unknown}x`,
    'x'.repeat(10_000),
    'żółć',
    '\u0000',
    '',
  ]) {
    expect(await startRefusal(token)).toEqual(invalidToken('token_unknown'))
  }
})

it('does not take a token of another kind', async () => {
  const { code, reason } = await startRefusal(newSecret('passwordReset').secret)
  expect({ code, reason }).toEqual({ code: status.PERMISSION_DENIED, reason: 'wrong_token_kind' })
})

it('tells apart no session, an unknown one, and another kind of credential', async () => {
  expect(await sessionRefusal('')).toEqual({
    code: status.UNAUTHENTICATED,
    message: 'Missing authorization header',
    reason: 'no_session',
  })
  expect(await sessionRefusal(newSecret('enrollmentSession').secret)).toEqual(
    invalidToken('token_unknown'),
  )
  expect(await sessionRefusal('undefined')).toEqual(invalidToken('token_unknown'))
  expect(await sessionRefusal(newSecret('enrollment').secret)).toEqual(
    invalidToken('token_unknown'),
  )
  const other = await sessionRefusal(newSecret('passwordResetSession').secret)
  expect(other).toMatchObject({ code: status.PERMISSION_DENIED, reason: 'wrong_token_kind' })
})

it('kills the older link and its sessions when a new one is issued or it is revoked', async () => {
  await core.createUser('twice')
  const older = await core.invite('twice')
  const { session_secret } = await core.start(older.token)
  const newer = await core.invite('twice')
  expect(await startRefusal(older.token)).toEqual(invalidToken('token_revoked'))
  expect(await sessionRefusal(session_secret)).toMatchObject({ reason: 'session_over' })
  await core.start(newer.token)
  await core.clients.enrollments.revokeToken({ token: { id: newer.id, username: undefined } })
  expect(await startRefusal(newer.token)).toEqual(invalidToken('token_revoked'))
})

it('survives a restart of core in the middle', async () => {
  const sessionSecret = await core.startedEnrollment('patient')
  await core.restart()
  await core.clients.enrollment.getSession({ session_secret: sessionSecret })
})

it('gives fifty simultaneous starts one deadline and leaves five sessions', async () => {
  await core.createUser('crowd')
  const { token } = await core.invite('crowd')
  const replies = await Promise.all(Array.from({ length: 50 }, () => core.start(token)))
  expect(new Set(replies.map((reply) => reply.enrollment?.deadline_timestamp)).size).toBe(1)
  expect(new Set(replies.map((reply) => reply.session_secret)).size).toBe(50)
  const looks = await Promise.allSettled(
    replies.map(({ session_secret }) => core.clients.enrollment.getSession({ session_secret })),
  )
  expect(looks.filter((look) => look.status === 'fulfilled')).toHaveLength(5)
})
