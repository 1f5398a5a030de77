import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { refusalOf } from './_clients.js'
import { HOUR_MS, newPublicKey, startTestCore, type TestCore } from './_core.js'

const PASSWORD = 'correct horse battery'
const DAY_MS = 24 * HOUR_MS

let core: TestCore
beforeAll(async () => {
  core = await startTestCore({ adminSessionTimeoutMs: 1000 * DAY_MS })
  await core.createLocation('Office', ['10.1.1.1/24', 'fc00::1/112'])
})
afterAll(() => core.stop())

const poll = async (token: string | undefined, by: TestCore['clients'] = core.clients) =>
  (await by.enrollment.getInstanceInfo({ polling_token: token ?? '' })).device_config

const pollRefusal = (token: string | undefined) =>
  poll(token).then(
    () => undefined,
    (err) => refusalOf(err),
  )

const UNKNOWN = {
  code: status.PERMISSION_DENIED,
  message: 'invalid token',
  reason: 'token_unknown',
}

it('answers polls with what the device got when it was made, equal each time and without a token', async () => {
  const made = await core.addDevice(await core.startedEnrollment('equal'), 'Laptop')
  const polled = await poll(made.token)
  expect(polled).toEqual({ ...made, token: undefined })
  expect(JSON.stringify(await poll(made.token))).toBe(JSON.stringify(polled))
  await core.restart()
  expect(JSON.stringify(await poll(made.token))).toBe(JSON.stringify(polled))
})

it('shows a new location in the next poll', async () => {
  const session = await core.startedEnrollment('grows')
  const { token } = await core.addDevice(session, 'Laptop')
  await core.activate(session, PASSWORD)
  expect((await poll(token))?.configs).toHaveLength(1)
  await core.createLocation('Plant', ['10.2.2.1/24'])
  expect((await poll(token))?.configs.map((config) => config.network_name)).toEqual([
    'Office',
    'Plant',
  ])
})

it('ends the earlier tokens of a device when a newer one is first used, not before', async () => {
  const session = await core.startedEnrollment('rotates')
  const key = newPublicKey()
  const { token: first } = await core.addDevice(session, 'Laptop', key)
  const info = { session_secret: session, pubkey: key }
  const second = (await core.clients.enrollment.getNetworkInfo(info)).device_config?.token
  const third = (await core.clients.enrollment.getNetworkInfo(info)).device_config?.token
  await poll(first)
  await poll(second)
  expect(await pollRefusal(first)).toEqual(UNKNOWN)
  await poll(third)
  expect(await pollRefusal(second)).toEqual(UNKNOWN)
  await poll(third)
})

// They once waited for each other in a circle, until PostgreSQL ended one: it could be the newest.
it('leaves the newest token alone when all of a device are first used at once', async () => {
  const session = await core.startedEnrollment('crowd')
  const key = newPublicKey()
  const replies = []
  for (let i = 0; i < 12; i++) replies.push(await core.addDevice(session, 'Laptop', key))
  const outcomes = await Promise.allSettled(replies.map(({ token }) => poll(token)))
  expect(outcomes.at(-1)?.status).toBe('fulfilled')
  const newest = replies.at(-1)?.token
  for (const { token } of replies.slice(0, -1)) expect(await pollRefusal(token)).toEqual(UNKNOWN)
  await poll(newest)
})

it('forgets a token after 90 days without a poll, counted anew with each', async () => {
  const session = await core.startedEnrollment('rarely')
  const { token } = await core.addDevice(session, 'Laptop')
  await core.activate(session, PASSWORD)
  core.advance(89 * DAY_MS)
  await poll(token)
  core.advance(89 * DAY_MS)
  await core.core.maintain()
  await poll(token)
  core.advance(90 * DAY_MS)
  expect(await pollRefusal(token)).toEqual(UNKNOWN)
  await core.core.maintain()
  expect(await pollRefusal(token)).toEqual(UNKNOWN)
})

it('refuses what is no polling token, a token of another kind included', async () => {
  const session = await core.startedEnrollment('kinds')
  const odd = ['', 'dgp_', `dgp_${'a'.repeat(38)}`, session, 'ü'.repeat(10_000)]
  for (const token of odd) expect(await pollRefusal(token)).toEqual(UNKNOWN)
})

it('keeps the key of a device from its first poll on', async () => {
  const session = await core.startedEnrollment('settled')
  const { token } = await core.addDevice(session, 'Laptop')
  await poll(token)
  const taken = refusalOf(await core.addDevice(session, 'Laptop').catch((err) => err))
  expect(taken.reason).toBe('device_name_taken')
})

it('ends the polling tokens of a key that was replaced', async () => {
  const session = await core.startedEnrollment('rekeyed')
  const { token } = await core.addDevice(session, 'Laptop')
  const again = await core.addDevice(session, 'Laptop')
  expect(await pollRefusal(token)).toEqual(UNKNOWN)
  await poll(again.token)
})

it('lets either a poll or a new key win when both come at once, never both', async () => {
  for (let round = 0; round < 10; round++) {
    const session = await core.startedEnrollment(`duel${round}`)
    const { token } = await core.addDevice(session, 'Laptop')
    const [polled, rekeyed] = await Promise.allSettled([
      poll(token),
      core.addDevice(session, 'Laptop'),
    ])
    const isOldKeyAlive = (await pollRefusal(token)) === undefined
    expect(isOldKeyAlive).toBe(rekeyed.status === 'rejected')
    if (polled.status === 'rejected') expect(rekeyed.status).toBe('fulfilled')
  }
})

it('keeps a mobile client’s key with a device of the person, and with no other', async () => {
  const session = await core.startedEnrollment('mobile')
  const foreign = await core.addDevice(await core.startedEnrollment('other'), 'Phone')
  const own = await core.addDevice(session, 'Phone')
  const register = (auth_pubkey: string, device_pubkey: string) =>
    core.clients.enrollment
      .registerMobileAuth({ session_secret: session, auth_pubkey, device_pubkey })
      .then(
        () => undefined,
        (err) => refusalOf(err),
      )
  const key = newPublicKey()
  expect(await register(key, own.device.pubkey)).toBeUndefined()
  expect(await register(key, own.device.pubkey)).toBeUndefined()
  const invalid = {
    code: status.INVALID_ARGUMENT,
    message: 'invalid pubkey',
    reason: 'invalid_pubkey',
  }
  expect(await register('AAAA', own.device.pubkey)).toEqual(invalid)
  expect(await register(key, 'no key')).toEqual(invalid)
  const unknown = {
    code: status.INVALID_ARGUMENT,
    message: "Device with given public key doesn't exist",
    reason: 'device_not_found',
  }
  expect(await register(key, foreign.device.pubkey)).toEqual(unknown)
  expect(await register(key, newPublicKey())).toEqual(unknown)
})
