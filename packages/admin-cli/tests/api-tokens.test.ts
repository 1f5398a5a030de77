import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type ApiToken,
  ApiTokenServiceService,
  ApiTokenState,
} from '@defguard/proto/admin/v1/api_tokens'
import { EnrollmentAdminServiceService } from '@defguard/proto/admin/v1/enrollments'
import { GroupServiceService } from '@defguard/proto/admin/v1/groups'
import { status } from '@grpc/grpc-js'
import { afterAll, beforeEach, expect, it } from '@jest/globals'
import { admin, newConfigHome, run } from './_cli.js'
import { refusal, TestCore } from './_core.js'
import { INVITATION, NEW_YEAR } from './_samples.js'
import { atTerminal } from './_terminal.js'

const SECRET = `dgk_${'x'.repeat(38)}`

let core: TestCore
const started: TestCore[] = []
beforeEach(async () => {
  core = await new TestCore().start()
  core.answer(GroupServiceService.listGroups, () => ({ groups: [], next_page_token: '' }))
  started.push(core)
})
afterAll(() => {
  for (const one of started) one.stop()
})

const token = (changes: Partial<ApiToken> = {}): ApiToken => ({
  id: 4,
  name: 'HR sync',
  user: 'admin',
  scopes: ['enrollment:write', 'users:write'],
  state: ApiTokenState.ACTIVE,
  created_timestamp: NEW_YEAR,
  expires_timestamp: NEW_YEAR + 86_400,
  last_used_timestamp: undefined,
  last_used_ip: undefined,
  ...changes,
})

const TOKEN_JSON = {
  id: 4,
  name: 'HR sync',
  user: 'admin',
  scopes: ['enrollment:write', 'users:write'],
  state: 'active',
  created_at: '2026-01-01T00:00:00Z',
  expires_at: '2026-01-02T00:00:00Z',
  last_used_at: null,
  last_used_ip: null,
}

const paths = () => core.calls.map(({ path }) => path.split('/').at(-1))

/** The environment of a program. */
const program = (more: Record<string, string | undefined> = {}) => ({
  DEFGUARD_ADMIN_CORE: core.url,
  DEFGUARD_ADMIN_TOKEN: SECRET,
  ...more,
})

it('shows a new token once, to people and to programs', async () => {
  core.answer(ApiTokenServiceService.createApiToken, () => ({ api_token: token(), secret: SECRET }))
  const create = ['api-token', 'create', 'HR sync', '--scope', 'users:write,enrollment:write']
  const text = await run([...create, '--expires-in', '7d'], admin(core))
  expect(text.stdout.match(new RegExp(SECRET, 'g'))).toHaveLength(1)
  expect(text.stderr).toContain('shown only here')
  expect(core.requests(ApiTokenServiceService.createApiToken)).toEqual([
    {
      request_id: expect.stringMatching(/^[\da-f-]{36}$/),
      name: 'HR sync',
      scopes: ['users:write', 'enrollment:write'],
      expires_in_seconds: 7 * 86_400,
    },
  ])
  const { stdout } = await run([...create, '--json'], admin(core))
  expect(JSON.parse(stdout)).toEqual({ ...TOKEN_JSON, token: SECRET })
})

it('lists tokens, and revokes one after a yes', async () => {
  const used = { last_used_timestamp: NEW_YEAR, last_used_ip: '10.0.0.7' }
  core.answer(ApiTokenServiceService.listApiTokens, () => ({
    api_tokens: [token(), token({ id: 5, ...used })],
    next_page_token: '',
  }))
  core.answer(ApiTokenServiceService.revokeApiToken, ({ id }) => ({
    api_token: token({ id, state: ApiTokenState.REVOKED }),
  }))
  const { stdout } = await run(['api-token', 'list', '--json'], admin(core))
  const lastUse = { last_used_at: '2026-01-01T00:00:00Z', last_used_ip: '10.0.0.7' }
  expect(JSON.parse(stdout)).toEqual([TOKEN_JSON, { ...TOKEN_JSON, id: 5, ...lastUse }])
  const revoke = ['api-token', 'revoke', '4']
  expect((await atTerminal(revoke, ['no'], admin(core))).code).toBe(5)
  const { code, shown } = await atTerminal(revoke, ['yes'], admin(core))
  expect(code).toBe(0)
  expect(shown).toContain('revoked')
  expect(core.requests(ApiTokenServiceService.revokeApiToken)).toEqual([{ id: 4 }])
  expect((await run(['api-token', 'revoke', '9'], admin(core))).code).toBe(4)
})

it('runs with the token of the environment or of a file, without logging in', async () => {
  const file = join(newConfigHome(), 'token')
  writeFileSync(file, `${SECRET}\n`)
  const fromFile = { DEFGUARD_ADMIN_TOKEN: undefined, DEFGUARD_ADMIN_TOKEN_FILE: file }
  for (const env of [program(), program(fromFile)])
    expect(await run(['group', 'list'], env)).toMatchObject({ code: 0 })
  expect(paths()).toEqual(['ListGroups', 'ListGroups'])
  expect(core.calls.map(({ bearer }) => bearer)).toEqual(Array(2).fill(`Bearer ${SECRET}`))
})

it.each([
  ['a login beside it', admin, 'must not both be set'],
  ['half a login beside it', () => ({ DEFGUARD_ADMIN_USERNAME: 'admin' }), 'must be set together'],
  ['another secret in its place', () => ({ DEFGUARD_ADMIN_TOKEN: 'dga_secret' }), 'no API token'],
  ['an unreadable file', () => ({ DEFGUARD_ADMIN_TOKEN_FILE: '/nowhere' }), 'DEFGUARD_ADMIN_TOKEN'],
])('asks nobody anything with %s', async (_what, more, sentence) => {
  const { code, stderr } = await run(['group', 'list'], program(more(core)))
  expect(code).toBe(2)
  expect(stderr).toContain(sentence)
  expect(stderr).not.toMatch(/dg[ak]_\w{4}/)
  expect(core.calls).toEqual([])
})

it('says what to do about a token that is too small, or not for this', async () => {
  const refuse = (reason: string, message: string) =>
    core.answer(GroupServiceService.listGroups, () => {
      throw refusal(status.PERMISSION_DENIED, message, reason)
    })
  refuse('scope_missing', 'the API token "HR sync" lacks the scope groups:read')
  const small = await run(['group', 'list'], program())
  expect(small.code).toBe(3)
  expect(small.stderr).toContain('lacks the scope groups:read')
  refuse('login_required', 'API tokens cannot do this: somebody has to log in')
  expect((await run(['group', 'list'], program())).stderr).toContain('without DEFGUARD_ADMIN_TOKEN')
})

it('shows where a link went that a program does not see', async () => {
  const unseen = { token: '', url: '', deep_link: '', qr: '', mailed_to: 'anna@example.com' }
  core.answer(EnrollmentAdminServiceService.issueEnrollment, () => ({
    invitation: { ...INVITATION, ...unseen },
  }))
  const start = ['enrollment', 'start', 'anna', '--send-email']
  const { stdout } = await run(start, program())
  expect(stdout).toMatch(/Mailed to +anna@example\.com/)
  expect(stdout).not.toContain('Token')
  const json = await run([...start, '--json'], program())
  expect(JSON.parse(json.stdout)).toMatchObject({
    token: null,
    url: null,
    deep_link: null,
    qr: null,
  })
})
