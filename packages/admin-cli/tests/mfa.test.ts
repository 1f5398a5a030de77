import { AuthServiceService } from '@defguard/proto/admin/v1/auth'
import { GroupServiceService } from '@defguard/proto/admin/v1/groups'
import { status } from '@grpc/grpc-js'
import { afterAll, beforeEach, expect, it } from '@jest/globals'
import { admin, newConfigHome, run } from './_cli.js'
import { CODE, PASSWORD, refusal, SESSION_SECRET, TestCore } from './_core.js'
import { atTerminal } from './_terminal.js'

const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
const CODES = ['aaaaa-bbbbb', 'ccccc-ddddd']

let core: TestCore
const started: TestCore[] = []
beforeEach(async () => {
  core = await new TestCore().start()
  started.push(core)
  core.answer(AuthServiceService.setupTotp, () => ({
    totp_secret: SECRET,
    key_uri: `otpauth://totp/Defguard:admin?secret=${SECRET}&issuer=Defguard`,
  }))
  core.answer(AuthServiceService.finishTotp, ({ code }) => {
    if (code !== CODE) throw refusal(status.INVALID_ARGUMENT, 'Code invalid', 'mfa_code')
    return { recovery_codes: CODES }
  })
  core.answer(AuthServiceService.regenerateRecoveryCodes, () => ({ recovery_codes: CODES }))
})
afterAll(() => {
  for (const one of started) one.stop()
})

it('shows the secret to scan and to type, proves it, and shows the recovery codes', async () => {
  const { code, shown } = await atTerminal(
    ['mfa', 'setup'],
    [PASSWORD, '000000', CODE],
    admin(core),
  )
  expect(code).toBe(0)
  expect(shown).toContain(SECRET)
  expect(shown).toContain('▀')
  expect(shown).toContain('That is not right.')
  for (const one of CODES) expect(shown).toContain(one)
  expect(shown).not.toContain(PASSWORD.slice(0, 5))
  expect(core.requests(AuthServiceService.setupTotp)).toEqual([{ password: PASSWORD }])
})

it('asks for a code of the factor there is', async () => {
  core.answer(AuthServiceService.setupTotp, ({ code }) => {
    if (!code) throw refusal(status.UNAUTHENTICATED, 'enter a code', 'mfa_code_required')
    return { totp_secret: SECRET, key_uri: `otpauth://totp/Defguard:admin?secret=${SECRET}` }
  })
  const { code } = await atTerminal(['mfa', 'setup'], [PASSWORD, CODE, CODE], admin(core))
  expect(code).toBe(0)
  expect(core.requests(AuthServiceService.setupTotp).at(-1)).toEqual({
    password: PASSWORD,
    code: CODE,
  })
})

it('sets nothing up where nobody can scan a code', async () => {
  const { code, stderr } = await run(['mfa', 'setup'], admin(core), PASSWORD)
  expect(code).toBe(2)
  expect(stderr).toContain('at a terminal')
  expect(core.requests(AuthServiceService.setupTotp)).toEqual([])
})

it('replaces recovery codes for a code from standard input', async () => {
  const { stdout } = await run(['mfa', 'recovery-codes', '--json'], admin(core), `${CODE}\n`)
  expect(JSON.parse(stdout)).toEqual({ recovery_codes: CODES })
  expect(core.requests(AuthServiceService.regenerateRecoveryCodes)).toEqual([{ code: CODE }])
})

it('says at the login, and at every refusal, that a second factor has to be set up first', async () => {
  core.answer(AuthServiceService.login, ({ login }) => ({
    session_secret: SESSION_SECRET,
    expires_timestamp: 1_767_225_600,
    username: login,
    mfa_setup_required: true,
  }))
  core.answer(GroupServiceService.listGroups, () => {
    const message = 'this account must have a second factor: set it up first'
    throw refusal(status.PERMISSION_DENIED, message, 'mfa_setup_required')
  })
  const stored = { DEFGUARD_ADMIN_CORE: core.url, XDG_CONFIG_HOME: newConfigHome() }
  const login = ['login', '--username', 'admin', '--password-stdin']
  expect((await run(login, stored, PASSWORD)).stderr).toContain('defguard-admin mfa setup')
  const { code, stderr } = await run(['group', 'list'], stored)
  expect(code).toBe(3)
  expect(stderr).toContain('defguard-admin mfa setup')
})
