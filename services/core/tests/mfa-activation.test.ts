import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { MINUTE_MS, startTestCore, type TestCore } from './_core.js'
import {
  BY_MAIL,
  codeOf,
  factorsOf,
  finish,
  mailedCode,
  NO_FACTORS,
  PASSWORD,
  query,
  refusal,
  STEP_MS,
  startTotp,
  wrong,
} from './_mfa.js'

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
})
afterAll(() => core.stop())

async function demandMfa(enrollment_mfa_required: boolean): Promise<void> {
  const { settings } = await core.clients.settings.getSettings({})
  if (!settings) throw new Error('no settings came back')
  await core.clients.settings.updateSettings({
    settings: { ...settings, enrollment_mfa_required },
    update_mask: ['enrollment_mfa_required'],
  })
}

it('gives the account the factor that the session has finished, and says so by mail', async () => {
  const session = await core.startedEnrollment('adopted')
  await finish(core, session, codeOf(core, await startTotp(core, session)))
  expect(await factorsOf(core, 'adopted')).toEqual(NO_FACTORS)
  await core.activate(session, PASSWORD)
  expect(await factorsOf(core, 'adopted')).toEqual({ totp: true, email: false, recovery: 8 })
  const mail = await core.mail('adopted@example.com', 'second factor')
  expect(mail.text).toContain('an authenticator app')
  expect(mail.text).toContain('Adam Min')
  const events = await query(
    core,
    `select actor_name, result, details from audit_event where action = 'enrollment.mfa_enabled'`,
  )
  expect(events).toEqual([{ actor_name: 'adopted', result: 'ok', details: { methods: ['totp'] } }])
})

it('tells a session whether the factor is ready that the account will take over', async () => {
  await core.createUser('ready')
  const { token } = await core.invite('ready')
  const isReady = async (session_secret: string) =>
    (await core.clients.enrollment.getSession({ session_secret })).enrollment?.mfa_finished
  const session = (await core.start(token)).session_secret
  const other = (await core.start(token)).session_secret
  const secret = await startTotp(core, session)
  expect(await isReady(session)).toBe(false)
  await finish(core, session, codeOf(core, secret))
  expect(await isReady(session)).toBe(true)
  expect(await isReady(other)).toBe(false)
  await core.activate(session, PASSWORD)
  expect(await isReady(session)).toBe(false)
})

it('activates without a factor when the set-up was left unfinished and nobody demands it', async () => {
  const session = await core.startedEnrollment('left')
  const secret = await startTotp(core, session)
  await refusal(finish(core, session, wrong(codeOf(core, secret))))
  await core.activate(session, PASSWORD)
  expect(await factorsOf(core, 'left')).toEqual(NO_FACTORS)
  expect(await core.acceptsPassword('left', PASSWORD)).toBe(true)
})

it('refuses to activate where a demanded set-up was begun and left, after the password is judged', async () => {
  await demandMfa(true)
  const session = await core.startedEnrollment('demanded')
  const { enrollment } = await core.clients.enrollment.getSession({ session_secret: session })
  expect(enrollment?.settings?.mfa_required).toBe(true)
  const secret = await startTotp(core, session)
  expect(await refusal(core.activate(session, 'short'))).toMatchObject({
    reason: 'password_too_short',
  })
  expect(await refusal(core.activate(session, PASSWORD))).toEqual({
    code: status.INVALID_ARGUMENT,
    message: 'multi-factor authentication is not set up',
    reason: 'mfa_missing',
  })
  await finish(core, session, codeOf(core, secret))
  await core.activate(session, PASSWORD)
  await demandMfa(false)
})

it('lets a client that does not know the step activate although a factor is demanded', async () => {
  await demandMfa(true)
  await core.createUser('old-client')
  const { token } = await core.invite('old-client')
  await startTotp(core, (await core.start(token)).session_secret)
  await core.activate((await core.start(token)).session_secret, PASSWORD)
  await demandMfa(false)
})

// Somebody read the link in the person's mail and sets up a factor first: without the binding to the
// session the account would take only the thief's codes.
it('gives the account nothing that a thief has set up with the same link', async () => {
  await core.createUser('robbed')
  const { token } = await core.invite('robbed')
  const thief = (await core.start(token)).session_secret
  await finish(core, thief, codeOf(core, await startTotp(core, thief)))
  await finish(core, thief, await mailedCode(core, thief, 'robbed@example.com'), BY_MAIL)
  const person = (await core.start(token)).session_secret
  await core.activate(person, PASSWORD)
  expect(await factorsOf(core, 'robbed')).toEqual(NO_FACTORS)
  expect(await query(core, 'select * from mfa_setup')).toEqual([])
  expect(await query(core, 'select * from recovery_code where user_id is null')).toEqual([])
})

it('keeps the person’s own factor when a thief has set up another in theirs', async () => {
  await core.createUser('kept')
  const { token } = await core.invite('kept')
  const thief = (await core.start(token)).session_secret
  const thiefs = await finish(core, thief, codeOf(core, await startTotp(core, thief)))
  const person = (await core.start(token)).session_secret
  const own = await finish(core, person, codeOf(core, await startTotp(core, person)))
  await core.activate(person, PASSWORD)
  expect(await factorsOf(core, 'kept')).toEqual({ totp: true, email: false, recovery: 8 })
  expect(own.filter((code) => thiefs.includes(code))).toEqual([])
})

it('keeps what was proved in force until another secret is proved', async () => {
  const session = await core.startedEnrollment('proved')
  const secret = await startTotp(core, session)
  await finish(core, session, codeOf(core, secret))
  core.advance(STEP_MS)
  for (let i = 0; i < 5; i++) await refusal(finish(core, session, wrong(codeOf(core, secret))))
  expect(await startTotp(core, session)).not.toBe(secret)
  await core.activate(session, PASSWORD)
  expect(await factorsOf(core, 'proved')).toEqual({ totp: true, email: false, recovery: 8 })
})

it('never answers with recovery codes that the account does not get, whoever is first', async () => {
  for (let i = 0; i < 8; i++) {
    const username = `hurry${i}`
    const session = await core.startedEnrollment(username)
    const code = codeOf(core, await startTotp(core, session))
    const [finished] = await Promise.allSettled([
      finish(core, session, code),
      core.activate(session, PASSWORD),
    ])
    const isFinished = finished.status === 'fulfilled'
    expect(await factorsOf(core, username)).toEqual(
      isFinished ? { totp: true, email: false, recovery: 8 } : NO_FACTORS,
    )
  }
})

it('goes on after a restart where the person left off', async () => {
  const session = await core.startedEnrollment('restart')
  const secret = await startTotp(core, session)
  await core.restart()
  await finish(core, session, codeOf(core, secret))
  await core.restart()
  await core.activate(session, PASSWORD)
  expect(await factorsOf(core, 'restart')).toEqual({ totp: true, email: false, recovery: 8 })
})

it('forgets set-ups whose time is over', async () => {
  const session = await core.startedEnrollment('over')
  await finish(core, session, codeOf(core, await startTotp(core, session)))
  core.advance(10 * MINUTE_MS)
  await core.core.maintain()
  expect(await query(core, 'select * from mfa_setup')).toEqual([])
})

it('keeps secrets and codes from whoever reads the database', async () => {
  core.transport.failure = new Error('451 try again later')
  const session = await core.startedEnrollment('dumped')
  const secret = await startTotp(core, session)
  await core.clients.enrollment.startMfaSetup({ session_secret: session, method: BY_MAIL })
  const codes = await finish(core, session, codeOf(core, secret))
  const dump = async () => {
    const tables = ['mfa_setup', 'recovery_code', '"user"', 'mail', 'audit_event']
    const rows = await Promise.all(tables.map((table) => query(core, `select * from ${table}`)))
    const bytes = rows.flat().flatMap(Object.values).filter(Buffer.isBuffer)
    return [JSON.stringify(rows), ...bytes.map((value) => value.toString('latin1'))].join('\n')
  }
  const pending = await dump()
  await core.activate(session, PASSWORD)
  core.transport.failure = undefined
  for (const text of [pending, await dump()]) {
    for (const value of [secret, ...codes, ...codes.map((code) => code.replace('-', ''))]) {
      expect(text).not.toContain(value)
      for (const form of ['hex', 'base64'] as const)
        expect(text).not.toContain(Buffer.from(value).toString(form))
    }
  }
})
