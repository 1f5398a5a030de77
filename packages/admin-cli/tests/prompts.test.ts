import { AuthServiceService } from '@defguard/proto/admin/v1/auth'
import { EnrollmentAdminServiceService, TokenState } from '@defguard/proto/admin/v1/enrollments'
import { afterAll, beforeEach, expect, it } from '@jest/globals'
import { admin } from './_cli.js'
import { CODE, demandCode, PASSWORD, TestCore } from './_core.js'
import { token } from './_samples.js'
import { atTerminal } from './_terminal.js'

let core: TestCore
const started: TestCore[] = []
beforeEach(async () => {
  core = await new TestCore().start()
  core.answer(EnrollmentAdminServiceService.revokeToken, () => ({
    token: token(5, { state: TokenState.REVOKED }),
  }))
  started.push(core)
})
afterAll(() => {
  for (const one of started) one.stop()
})

it('asks who logs in and shows nothing of the password', async () => {
  const { code, shown } = await atTerminal(['login'], ['admin', PASSWORD], {
    DEFGUARD_ADMIN_CORE: core.url,
  })
  expect(code).toBe(0)
  expect(core.requests(AuthServiceService.login)).toEqual([{ login: 'admin', password: PASSWORD }])
  expect(shown).toContain('Password: ')
  expect(shown).not.toContain(PASSWORD.slice(0, 5))
})

it('asks for a code when core wants one, says which, and shows nothing of it', async () => {
  demandCode(core)
  const { code, shown } = await atTerminal(['login'], ['admin', PASSWORD, CODE], {
    DEFGUARD_ADMIN_CORE: core.url,
  })
  expect(code).toBe(0)
  expect(core.requests(AuthServiceService.login)).toEqual([
    { login: 'admin', password: PASSWORD },
    { login: 'admin', password: PASSWORD, code: CODE },
  ])
  expect(shown).toContain('enter a code of your authenticator app, or a recovery code')
  expect(shown).not.toContain(CODE)
})

it('changes nothing when the person does not confirm', async () => {
  const { code, shown } = await atTerminal(['enrollment', 'revoke', 'anna'], ['no'], admin(core))
  expect(code).toBe(5)
  expect(shown).toContain('Nothing was changed.')
  expect(core.requests(EnrollmentAdminServiceService.revokeToken)).toEqual([])
})

it.each([
  ['a yes', [], ['y']],
  ['--yes', ['--yes'], []],
])('revokes after %s', async (_how, options, answers) => {
  const args = ['enrollment', 'revoke', 'anna', ...options]
  expect((await atTerminal(args, answers, admin(core))).code).toBe(0)
  expect(core.requests(EnrollmentAdminServiceService.revokeToken)).toHaveLength(1)
})

it('fits a table into the terminal instead of wrapping its lines', async () => {
  core.answer(EnrollmentAdminServiceService.listTokens, () => ({
    tokens: [token(5, { user: 'a-rather-long-username-of-somebody-from-afar' })],
    next_page_token: '',
  }))
  const { shown } = await atTerminal(['enrollment', 'list'], [], admin(core))
  const lines = shown.split('\n')
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80)
  expect(shown).toContain('…')
})
