import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { MINUTE_MS, startTestCore, type TestCore } from './_core.js'
import { BY_MAIL, factorsOf, finish, mailedCode, NO_FACTORS, refusal } from './_mfa.js'

const OLD = 'correct horse battery'
const NEW = 'staple of the horse'
const LOGGED_OUT = { reason: 'not_logged_in' }

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
})
afterAll(() => core.stop())

const setPassword = (username: string, password = NEW) =>
  core.clients.users.setPassword({ username, password })
const change = (session: { authorization: string }, old_password = OLD, new_password = NEW) =>
  core.clients.auth.changePassword({ old_password, new_password }, session)
const whoAmI = (session: { authorization: string }) => core.clients.auth.whoAmI({}, session)

it('ends all that the old password opened when an admin sets another, and tells the person', async () => {
  const reset = await core.startedReset('ania', OLD)
  const session = await core.loggedIn('ania', OLD)
  await setPassword('ania')
  expect(await refusal(whoAmI(session))).toMatchObject(LOGGED_OUT)
  expect(await refusal(core.resetPassword(reset, 'one of their own'))).toMatchObject({
    code: status.UNAUTHENTICATED,
  })
  expect([
    await core.acceptsPassword('ania', OLD),
    await core.acceptsPassword('ania', NEW),
  ]).toEqual([false, true])
  await core.mail('ania@example.com', 'password')
})

it('activates a pending person with the password that an admin sets, and kills their link', async () => {
  const session = await core.startedEnrollment('pending')
  await core.addDevice(session, 'Laptop')
  const { user } = await setPassword('pending')
  expect(user).toMatchObject({ state: 2, enrolled: true })
  expect(await refusal(core.activate(session, OLD))).toMatchObject({ code: status.UNAUTHENTICATED })
  const { devices } = await core.clients.devices.listDevices({
    page: undefined,
    username: 'pending',
    location: '',
  })
  expect(devices).toEqual([])
  expect(await core.acceptsPassword('pending', NEW)).toBe(true)
})

it('refuses a weak password, whoever sets it', async () => {
  await core.createUser('weak', { password: OLD })
  expect(await refusal(setPassword('weak', 'short'))).toMatchObject({
    code: status.INVALID_ARGUMENT,
    reason: 'password_too_short',
  })
  const call = change(await core.loggedIn('weak', OLD), OLD, 'password')
  expect(await refusal(call)).toMatchObject({ reason: 'password_common' })
})

it('lets people change their own with the old one, once more after a lost answer', async () => {
  await core.createUser('self', { password: OLD })
  const [mine, other] = [await core.loggedIn('self', OLD), await core.loggedIn('self', OLD)]
  await core.requestReset('self@example.com')
  const link = await core.resetToken('self@example.com')
  expect(await refusal(change(mine, 'not the old one'))).toMatchObject({
    code: status.INVALID_ARGUMENT,
    reason: 'old_password_wrong',
  })
  await change(mine)
  await change(mine)
  expect((await whoAmI(mine)).username).toBe('self')
  expect(await refusal(whoAmI(other))).toMatchObject(LOGGED_OUT)
  expect(await refusal(core.startReset(link))).toMatchObject({ reason: 'token_revoked' })
  expect(await core.acceptsPassword('self', OLD)).toBe(false)
  const told = core.transport.sent.filter(
    ({ to, subject }) => to === 'self@example.com' && /password was changed/i.test(subject),
  )
  expect(told.length).toBeLessThanOrEqual(1)
})

it('logs a person out everywhere', async () => {
  await core.createUser('roaming', { password: OLD })
  const sessions = [await core.loggedIn('roaming', OLD), await core.loggedIn('roaming', OLD)]
  await core.clients.auth.logoutEverywhere({}, sessions[0])
  for (const session of sessions) expect(await refusal(whoAmI(session))).toMatchObject(LOGGED_OUT)
})

it('lets somebody who has lost their second factor in again once an admin has reset it', async () => {
  const session = await core.startedEnrollment('lost')
  const code = await mailedCode(core, session, 'lost@example.com')
  await finish(core, session, code, BY_MAIL)
  await core.activate(session, OLD)
  core.advance(MINUTE_MS)
  expect(await core.acceptsPassword('lost', OLD)).toBe(false)
  await core.clients.users.resetMfa({ username: 'lost' })
  expect(await factorsOf(core, 'lost')).toEqual(NO_FACTORS)
  expect(await core.acceptsPassword('lost', OLD)).toBe(true)
})
