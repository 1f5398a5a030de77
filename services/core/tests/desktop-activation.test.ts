import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import jsQR from 'jsqr'
import { PNG } from 'pngjs'
import { refusalOf } from './_clients.js'
import { MINUTE_MS, newPublicKey, startTestCore, type TestCore } from './_core.js'

const PASSWORD = 'correct horse battery'

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
  await core.createLocation('Office', ['10.1.1.1/24'])
})
afterAll(() => core.stop())

async function issue(username: string, options: { send_email?: boolean; email?: string } = {}) {
  const { invitation } = await core.clients.enrollments.issueDesktopActivation({
    username,
    options: { send_email: false, email: undefined, expires_in_seconds: 0, ...options },
  })
  if (!invitation) throw new Error('no invitation came back')
  return invitation
}

const refusal = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (err) => refusalOf(err),
  )

it('lets an active person add a device with a token that never activates anything', async () => {
  await core.createUser('active', { password: PASSWORD })
  const { token, deep_link, qr } = await issue('active')
  expect(token).toMatch(/^dgd_/)
  expect(new URL(deep_link).searchParams.get('token')).toBe(token)
  expect(JSON.parse(Buffer.from(qr, 'base64').toString())).toEqual({
    url: 'https://enroll.example.com/',
    token,
  })
  const { session_secret, enrollment } = await core.start(token)
  expect(enrollment?.user).toMatchObject({ login: 'active', enrolled: true, device_names: [] })
  const { configs } = await core.addDevice(session_secret, 'Laptop')
  expect(configs).toHaveLength(1)
  expect(await refusal(core.activate(session_secret, 'another fine password'))).toEqual({
    code: status.INVALID_ARGUMENT,
    message: 'user already activated',
    reason: 'already_enrolled',
  })
  expect(await core.acceptsPassword('active', PASSWORD)).toBe(true)
})

it('issues only to active people, and leaves an older token and other kinds as they should be', async () => {
  await core.createUser('pending')
  const { token: enrollmentToken } = await core.invite('pending')
  expect(await refusal(issue('pending'))).toEqual({
    code: status.FAILED_PRECONDITION,
    message: 'User account is not activated',
    reason: 'user_not_activated',
  })
  expect(await refusal(issue('nobody'))).toMatchObject({ code: status.NOT_FOUND })
  const { session_secret } = await core.start(enrollmentToken)
  await core.activate(session_secret, PASSWORD)
  const older = await issue('pending')
  const newer = await issue('pending')
  expect(await refusal(core.start(older.token))).toMatchObject({ reason: 'token_revoked' })
  expect((await core.start(newer.token)).enrollment?.user?.login).toBe('pending')
  // The enrollment's own session goes on to its deadline.
  await core.addDevice(session_secret, 'Phone')
})

it('gives one live token however many admins issue at once', async () => {
  await core.createUser('crowded', { password: PASSWORD })
  const issued = await Promise.all(Array.from({ length: 12 }, () => issue('crowded')))
  const starts = await Promise.allSettled(issued.map(({ token }) => core.start(token)))
  expect(starts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
})

it('mails the token with a code that phones can scan', async () => {
  await core.createUser('mailed', { password: PASSWORD })
  const { token, qr, mailed_to } = await issue('mailed', {
    send_email: true,
    email: 'phone@example.com',
  })
  expect(mailed_to).toBe('phone@example.com')
  const mail = await core.mail('phone@example.com')
  expect(mail.text).toContain(token)
  expect(mail.text).toContain('https://enroll.example.com/')
  const [code] = mail.attachments
  expect(mail.html).toContain(`cid:${code?.cid}`)
  const { data, width, height } = PNG.sync.read(code?.content ?? Buffer.alloc(0))
  expect(jsQR.default(Uint8ClampedArray.from(data), width, height)?.data).toBe(qr)
})

it('keeps a session of one person away from the devices of another', async () => {
  await core.createUser('owner', { password: PASSWORD })
  await core.createUser('curious', { password: PASSWORD })
  const key = newPublicKey()
  const own = (await core.start((await issue('owner')).token)).session_secret
  await core.addDevice(own, 'Laptop', key)
  const foreign = (await core.start((await issue('curious')).token)).session_secret
  expect(await refusal(core.addDevice(foreign, 'Mine', key))).toMatchObject({
    reason: 'pubkey_taken',
  })
  const info = core.clients.enrollment.getNetworkInfo({ session_secret: foreign, pubkey: key })
  expect(await refusal(info)).toMatchObject({ reason: 'device_of_other_user' })
})

it('resends a token of the same kind to the same address', async () => {
  await core.createUser('again', { password: PASSWORD })
  const first = await issue('again', { send_email: true, email: 'elsewhere@example.com' })
  core.advance(MINUTE_MS)
  const { invitation } = await core.clients.enrollments.resendToken({
    token: { id: first.id, username: undefined },
  })
  expect(invitation?.token).toMatch(/^dgd_/)
  expect(invitation?.mailed_to).toBe('elsewhere@example.com')
  expect(await refusal(core.start(first.token))).toMatchObject({ reason: 'token_revoked' })
})
