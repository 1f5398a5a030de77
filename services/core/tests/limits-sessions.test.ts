import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { ADMIN_PASSWORD, MINUTE_MS, newPublicKey, startTestCore, type TestCore } from './_core.js'
import { query } from './_database.js'
import { LIMITS, outcomeOf, outcomes, outcomesAtOnce, startReplica, unknown } from './_limits.js'
import { BY_APP } from './_mfa.js'

const PASSWORD = 'correct horse battery'

let core: TestCore
beforeAll(async () => {
  core = await startTestCore({ limits: LIMITS })
})
afterAll(() => core.stop())

describe('a session', () => {
  it('has 60 attempts a minute to set a password', async () => {
    const session = await core.startedEnrollment('weak')
    const attempt = () => core.activate(session, 'short')
    expect(await outcomesAtOnce(62, attempt)).toBe('60 password_too_short, 2 wait 60')
    expect(await outcomeOf(core.activate(session, PASSWORD))).toBe('wait 60')
    core.advance(MINUTE_MS)
    expect(await outcomeOf(core.activate(session, PASSWORD))).toBe('ok')
  })

  it('has 60 attempts a minute to set another password', async () => {
    const session = await core.startedReset('lost', PASSWORD)
    const attempt = () => core.resetPassword(session, 'short')
    expect(await outcomesAtOnce(61, attempt)).toBe('60 password_too_short, 1 wait 60')
  })

  it('has 60 attempts a minute to prove a second factor', async () => {
    const session_secret = await core.startedEnrollment('unproven')
    const attempt = () =>
      core.clients.enrollment.finishMfaSetup({ session_secret, method: BY_APP, code: '000000' })
    expect(await outcomesAtOnce(61, attempt)).toBe('60 mfa_code, 1 wait 60')
  })

  it('makes 120 devices, configurations and secrets a minute, refused ones included', async () => {
    const session_secret = await core.startedEnrollment('busy')
    const { enrollment } = core.clients
    const calls = [
      () => enrollment.createDevice({ session_secret, name: '', pubkey: newPublicKey() }),
      () => enrollment.getNetworkInfo({ session_secret, pubkey: newPublicKey() }),
      () => enrollment.startMfaSetup({ session_secret, method: BY_APP }),
    ]
    const call = (i: number) => (calls[i % 3] ?? calls[0])?.() ?? Promise.resolve()
    expect(await outcomesAtOnce(126, call)).toMatch(/, 6 wait 60$/)
    // Another session of the same person has its own.
    const { token } = await core.invite('busy')
    const other = (await core.start(token)).session_secret
    expect(await outcomeOf(core.addDevice(other, 'Laptop'))).toBe('ok')
  })

  it('costs no statement for the few calls that people make, and is counted on all cores', async () => {
    const replica = await startReplica(core)
    const session_secret = await core.startedEnrollment('modest')
    const rows = () => query(core.databaseUrl, 'select key from call_count')
    const before = (await rows()).length
    const call = (i: number) =>
      (i % 2 ? replica : core).clients.enrollment.getNetworkInfo({
        session_secret,
        pubkey: newPublicKey(),
      })
    expect(await outcomes(24, call)).toBe('24 device_not_found')
    expect(await rows()).toHaveLength(before)
    expect(await outcomesAtOnce(110, call)).toBe('108 device_not_found, 2 wait 60')
    await replica.stop()
  })

  it('that does not exist leaves no count behind', async () => {
    const rows = () => query(core.databaseUrl, 'select key from call_count')
    const before = (await rows()).length
    const session = unknown('enrollmentSession')
    await outcomes(20, () => core.addDevice(session, 'Laptop'))
    expect(await rows()).toHaveLength(before)
  })
})

it('counts an import of many people as one call', async () => {
  const adminCalls = [{ max: 3, windowMs: MINUTE_MS }]
  const own = await startTestCore({ limits: { ...LIMITS, adminCalls } })
  const person = (line: number) => ({
    line,
    username: `person${line}`,
    email: `person${line}@example.com`,
    first_name: 'Jo',
    last_name: 'Doe',
    phone: undefined,
    language: undefined,
    groups: [],
  })
  const parts = [
    { options: { dry_run: false, invite: false }, row: undefined },
    ...Array.from({ length: 20 }, (_, i) => ({ options: undefined, row: person(i + 2) })),
  ]
  let answers = 0
  for await (const _answer of own.clients.importUsers(parts)) answers++
  expect(answers).toBe(20)
  expect(await outcomes(3, () => own.clients.auth.whoAmI({}))).toBe('2 ok, 1 wait 60')
  await own.stop()
})

it('answers 600 calls a minute of one login, and those of another besides', async () => {
  const own = await startTestCore({ limits: LIMITS })
  const call = () => own.clients.groups.listGroups({ page: undefined })
  expect(await outcomesAtOnce(602, call)).toBe('600 ok, 2 wait 60')
  const other = await own.loggedIn('admin', ADMIN_PASSWORD)
  expect(await outcomeOf(own.clients.groups.listGroups({ page: undefined }, other))).toBe('ok')
  own.advance(MINUTE_MS)
  expect(await outcomeOf(call())).toBe('ok')
  await own.stop()
})
