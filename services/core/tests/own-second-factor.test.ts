import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { bearer, createToken } from './_api-tokens.js'
import { startTestCore, type TestCore } from './_core.js'
import {
  codeOf,
  factorsOf,
  finish,
  NO_FACTORS,
  overlapping,
  PASSWORD,
  query,
  refusal,
  STEP_MS,
  startTotp,
  wrong,
} from './_mfa.js'

const NOT_LOGGED_IN = { code: status.UNAUTHENTICATED, reason: 'not_logged_in' }
const CODE_INVALID = { message: 'Code invalid', reason: 'mfa_code' }
const SETUP_REQUIRED = { code: status.PERMISSION_DENIED, reason: 'mfa_setup_required' }

let core: TestCore
beforeAll(async () => {
  core = await startTestCore()
})
afterAll(() => core.stop())

type As = Record<string, string>

const login = async (username: string, code?: string) => {
  const { session_secret } = await core.clients.auth.login({
    login: username,
    password: PASSWORD,
    code,
  })
  return bearer(session_secret)
}
const whoAmI = (as: As) => core.clients.auth.whoAmI({}, as)
const setUp = (as: As, password = PASSWORD, code?: string) =>
  core.clients.auth.setupTotp({ password, code }, as)
const finishSetUp = (code: string, as: As) => core.clients.auth.finishTotp({ code }, as)
const newCodes = (code: string | undefined, as: As) =>
  core.clients.auth.regenerateRecoveryCodes({ code }, as)

/** Somebody who has logged in, without a second factor. */
async function person(username: string, groups: string[] = []) {
  await core.createUser(username, { groups, password: PASSWORD })
  return login(username)
}

/** Somebody who has just set one up; time has passed since the code for that. */
async function withApp(username: string) {
  const as = await person(username)
  const { totp_secret } = await setUp(as)
  const { recovery_codes } = await finishSetUp(codeOf(core, totp_secret), as)
  core.advance(STEP_MS)
  return { as, secret: totp_secret, recovery: recovery_codes }
}

describe('setting up an app', () => {
  it('is asked for at the next login, shown once, told by mail and recorded', async () => {
    const as = await person('anna')
    expect(await whoAmI(as)).toMatchObject({ second_factors: [], mfa_setup_required: false })
    const { totp_secret, key_uri } = await setUp(as)
    expect(key_uri).toBe(
      `otpauth://totp/Defguard:anna?issuer=Defguard&secret=${totp_secret}&algorithm=SHA1&digits=6&period=30`,
    )
    await login('anna')
    const { recovery_codes } = await finishSetUp(codeOf(core, totp_secret), as)
    expect(recovery_codes).toHaveLength(8)
    expect(await whoAmI(as)).toMatchObject({ second_factors: ['totp'] })
    expect(await refusal(login('anna'))).toMatchObject({ reason: 'mfa_code_required' })
    core.advance(STEP_MS)
    await login('anna', codeOf(core, totp_secret))
    await login('anna', recovery_codes[0])
    await core.mail('anna@example.com', 'authenticator')
    const events = await query(core, `select * from audit_event where action = 'auth.mfa_enabled'`)
    expect(events).toMatchObject([{ actor_kind: 'person', object_name: 'anna', result: 'ok' }])
    const rows = JSON.stringify([events, await query(core, 'select * from admin_session')])
    for (const secret of [totp_secret, ...recovery_codes]) expect(rows).not.toContain(secret)
  })

  it('takes the password, and ends a session in which it is guessed', async () => {
    const as = await person('guessed')
    for (let i = 0; i < 5; i++)
      expect(await refusal(setUp(as, `wrong ${i}`))).toMatchObject({
        code: status.INVALID_ARGUMENT,
        reason: 'password_wrong',
      })
    expect(await refusal(setUp(as))).toMatchObject(NOT_LOGGED_IN)
    expect(await refusal(whoAmI(as))).toMatchObject(NOT_LOGGED_IN)
    const fresh = await login('guessed')
    for (let i = 0; i < 4; i++) await refusal(setUp(fresh, `wrong ${i}`))
    await setUp(fresh)
    await refusal(setUp(fresh, 'wrong again'))
    await setUp(fresh)
  })

  it('takes a code of the factor there is, which stays until another is proved', async () => {
    const { as, secret } = await withApp('mover')
    expect(await refusal(setUp(as))).toMatchObject({ reason: 'mfa_code_required' })
    expect(await refusal(setUp(as, PASSWORD, wrong(codeOf(core, secret))))).toMatchObject(
      CODE_INVALID,
    )
    const next = (await setUp(as, PASSWORD, codeOf(core, secret))).totp_secret
    core.advance(STEP_MS)
    await login('mover', codeOf(core, secret))
    core.advance(STEP_MS)
    await finishSetUp(codeOf(core, next), as)
    core.advance(STEP_MS)
    expect(await refusal(login('mover', codeOf(core, secret)))).toMatchObject(CODE_INVALID)
    await login('mover', codeOf(core, next))
  })

  it('belongs to the session that began it', async () => {
    const as = await person('two-places')
    const other = await login('two-places')
    const { totp_secret } = await setUp(as)
    expect(await refusal(finishSetUp(codeOf(core, totp_secret), other))).toMatchObject(CODE_INVALID)
    await finishSetUp(codeOf(core, totp_secret), as)
  })

  it('ends the other sessions, and a login that was on its way with the password alone', async () => {
    const as = await person('crowded')
    const other = await login('crowded')
    const { totp_secret } = await setUp(as)
    const [late, done] = await overlapping<unknown>(
      core,
      `select from "user" where username = 'crowded'`,
      [() => finishSetUp(codeOf(core, totp_secret), as), () => login('crowded')],
    ).then(([one, two]) => [two, one])
    expect(done?.status).toBe('fulfilled')
    expect(await refusal(whoAmI(other))).toMatchObject(NOT_LOGGED_IN)
    if (late?.status === 'fulfilled')
      expect(await refusal(whoAmI(late.value as As))).toMatchObject(NOT_LOGGED_IN)
    await whoAmI(as)
  })

  it('begins anew after five wrong codes, also when they come at once', async () => {
    const as = await person('hasty')
    const { totp_secret } = await setUp(as)
    const right = codeOf(core, totp_secret)
    await Promise.all(Array.from({ length: 8 }, () => refusal(finishSetUp(wrong(right), as))))
    expect(await refusal(finishSetUp(right, as))).toMatchObject(CODE_INVALID)
    const again = await setUp(as)
    await finishSetUp(codeOf(core, again.totp_secret), as)
  })

  it('counts one code once: of four at once one sets up, and none logs in with it', async () => {
    const as = await person('racer')
    const { totp_secret } = await setUp(as)
    const code = codeOf(core, totp_secret)
    const outcomes = await overlapping(
      core,
      `select from "user" where username = 'racer'`,
      Array.from({ length: 4 }, () => () => finishSetUp(code, as)),
    )
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1)
    expect(await refusal(finishSetUp(code, as))).toMatchObject(CODE_INVALID)
    expect(await refusal(login('racer', code))).toMatchObject(CODE_INVALID)
    expect((await factorsOf(core, 'racer'))?.recovery).toBe(8)
  })
})

describe('recovery codes', () => {
  it('are replaced for a fresh code, and the old ones end', async () => {
    const { as, secret, recovery } = await withApp('careful')
    expect(await refusal(newCodes(undefined, as))).toMatchObject({ reason: 'mfa_code_required' })
    const code = codeOf(core, secret)
    const { recovery_codes } = await newCodes(code, as)
    expect(await refusal(newCodes(code, as))).toMatchObject(CODE_INVALID)
    expect(await refusal(login('careful', recovery[0]))).toMatchObject(CODE_INVALID)
    await login('careful', recovery_codes[0])
  })

  it('are nothing for an account without a second factor', async () => {
    const as = await person('plain')
    expect(await refusal(newCodes('123456', as))).toMatchObject({
      code: status.FAILED_PRECONDITION,
      reason: 'mfa_not_set_up',
    })
  })
})

describe('an account that must have a second factor', () => {
  beforeAll(() => demandFactors(true))
  afterAll(() => demandFactors(false))

  async function demandFactors(enrollment_mfa_required: boolean) {
    const { settings } = await core.clients.settings.getSettings({})
    if (!settings) throw new Error('no settings came back')
    await core.clients.settings.updateSettings({
      settings: { ...settings, enrollment_mfa_required },
      update_mask: ['enrollment_mfa_required'],
    })
  }

  /** Somebody whose client has not offered them one. */
  async function enrolled(username: string, groups: string[] = []) {
    await core.activate(await core.startedEnrollment(username, { groups }), PASSWORD)
    return login(username)
  }

  it('may log in to set it up, and does nothing before', async () => {
    const as = await enrolled('bare', ['admin'])
    expect(await whoAmI(as)).toMatchObject({ mfa_setup_required: true })
    const { auth, users, apiTokens } = core.clients
    const calls = [
      () => users.getUser({ username: 'bare' }, as),
      () => auth.listOwnDevices({ page: undefined }, as),
      () => auth.changePassword({ old_password: PASSWORD, new_password: 'staple of it' }, as),
      () => auth.logoutEverywhere({}, as),
      () => auth.regenerateRecoveryCodes({ code: '' }, as),
      () => apiTokens.listApiTokens({ page: undefined, username: '' }, as),
    ]
    for (const call of calls) expect(await refusal(call())).toMatchObject(SETUP_REQUIRED)
    const { totp_secret } = await setUp(as)
    await finishSetUp(codeOf(core, totp_secret), as)
    await calls[0]?.()
    await core.clients.auth.logout({}, await enrolled('leaver'))
  })

  it('must set it up again when an admin has reset it, and its API tokens wait', async () => {
    await core.clients.groups.createGroup({ request_id: '', name: 'auditors', role: 'auditor' })
    const session = await core.startedEnrollment('loser', { groups: ['auditors'] })
    const secret = await startTotp(core, session)
    await finish(core, session, codeOf(core, secret))
    await core.activate(session, PASSWORD)
    core.advance(STEP_MS)
    const token = await createToken(
      core,
      ['users:read'],
      await login('loser', codeOf(core, secret)),
    )
    const read = (as: As) => core.clients.users.getUser({ username: 'loser' }, as)
    await read(token.as)
    await core.clients.users.resetMfa({ username: 'loser' })
    expect(await factorsOf(core, 'loser')).toEqual(NO_FACTORS)
    expect(await refusal(read(await login('loser')))).toMatchObject(SETUP_REQUIRED)
    expect(await refusal(read(token.as))).toMatchObject(SETUP_REQUIRED)
    const as = await login('loser')
    await finishSetUp(codeOf(core, (await setUp(as)).totp_secret), as)
    await read(token.as)
  })

  it('is every one that gets its first password now, whoever sets it', async () => {
    await core.createUser('given', { password: PASSWORD })
    await core.createUser('helped')
    await core.clients.users.setPassword({ username: 'helped', password: PASSWORD })
    for (const username of ['given', 'helped'])
      expect(await whoAmI(await login(username))).toMatchObject({ mfa_setup_required: true })
    expect(await whoAmI(await login('plain'))).toMatchObject({ mfa_setup_required: false })
  })
})
