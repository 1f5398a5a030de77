import { once } from 'node:events'
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AuthServiceService } from '@defguard/proto/admin/v1/auth'
import { GroupServiceService } from '@defguard/proto/admin/v1/groups'
import { status } from '@grpc/grpc-js'
import { afterAll, beforeEach, expect, it } from '@jest/globals'
import { admin, newConfigHome, run, start } from './_cli.js'
import { CODE, demandCode, PASSWORD, refusal, SESSION_SECRET, TestCore } from './_core.js'

let core: TestCore
let stored: Record<string, string>
const started: TestCore[] = []
beforeEach(async () => {
  core = await new TestCore().start()
  core.answer(GroupServiceService.listGroups, () => ({ groups: [], next_page_token: '' }))
  started.push(core)
  stored = { DEFGUARD_ADMIN_CORE: core.url, XDG_CONFIG_HOME: newConfigHome() }
})
afterAll(() => {
  for (const one of started) one.stop()
})

const LOGIN = ['login', '--username', 'admin', '--password-stdin']
const LIST = ['group', 'list']
const BEARER = `Bearer ${SESSION_SECRET}`

function sessionFiles(): string[] {
  const folder = join(stored.XDG_CONFIG_HOME ?? '', 'defguard')
  return readdirSync(folder).map((name) => join(folder, name))
}

function paths(): string[] {
  return core.calls.map(({ path }) => path.split('/').at(-1) ?? '')
}

it('keeps a session that only its owner can read, and uses it', async () => {
  const { code, stdout } = await run(LOGIN, stored, `${PASSWORD}\n`)
  expect(code).toBe(0)
  expect(stdout).toContain('Logged in as admin')
  const [file = '', ...more] = sessionFiles()
  expect(more).toEqual([])
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(statSync(join(file, '..')).mode & 0o777).toBe(0o700)
  expect(readFileSync(file, 'utf8')).not.toContain(PASSWORD)
  expect((await run(LIST, stored)).code).toBe(0)
  expect(core.calls.at(-1)?.bearer).toBe(BEARER)
  expect(paths()).toEqual(['Login', 'ListGroups'])
})

it('refuses a session file that other users can read', async () => {
  await run(LOGIN, stored, PASSWORD)
  for (const file of sessionFiles()) chmodSync(file, 0o640)
  const { code, stderr } = await run(LIST, stored)
  expect(code).toBe(3)
  expect(stderr).toContain('can be read by other users')
  expect(paths()).toEqual(['Login'])
})

it('asks for a new login when the session file is damaged', async () => {
  await run(LOGIN, stored, PASSWORD)
  for (const file of sessionFiles()) writeFileSync(file, '{')
  const { code, stderr } = await run(LIST, stored)
  expect(code).toBe(3)
  expect(stderr).toContain('is damaged')
  expect((await run(LOGIN, stored, PASSWORD)).code).toBe(0)
  expect((await run(LIST, stored)).code).toBe(0)
})

it('keeps profiles and cores apart', async () => {
  await run(LOGIN, stored, PASSWORD)
  expect((await run([...LIST, '--profile', 'other'], stored)).code).toBe(3)
  const other = await new TestCore().start()
  started.push(other)
  expect((await run([...LIST, '--core', other.url], stored)).code).toBe(3)
  expect(other.calls).toEqual([])
})

it('ends the session on core when logging out, and the earlier one when logging in again', async () => {
  await run(LOGIN, stored, PASSWORD)
  await run(LOGIN, stored, PASSWORD)
  expect(paths()).toEqual(['Login', 'Login', 'Logout'])
  expect((await run(['logout'], stored)).code).toBe(0)
  expect(sessionFiles()).toEqual([])
  expect(paths().at(-1)).toBe('Logout')
  expect((await run(LIST, stored)).code).toBe(3)
})

it('logs out of a session that core has ended already', async () => {
  await run(LOGIN, stored, PASSWORD)
  core.answer(AuthServiceService.logout, () => {
    throw refusal(status.UNAUTHENTICATED, 'not logged in', 'not_logged_in')
  })
  expect((await run(['logout'], stored)).code).toBe(0)
  expect(sessionFiles()).toEqual([])
})

it('leaves no session behind when the environment holds the login', async () => {
  await run(LIST, admin(core))
  expect(paths()).toEqual(['Login', 'ListGroups', 'Logout'])
  expect(core.calls.at(-1)?.bearer).toBe(BEARER)
})

it('leaves no session behind when the command is refused', async () => {
  core.answer(GroupServiceService.listGroups, () => {
    throw refusal(status.PERMISSION_DENIED, 'your role does not allow this', 'not_allowed')
  })
  expect((await run(LIST, admin(core))).code).toBe(3)
  expect(paths().at(-1)).toBe('Logout')
})

it('does not fail a command whose session could not be ended', async () => {
  core.answer(AuthServiceService.logout, () => {
    throw refusal(status.UNAVAILABLE, 'temporarily unavailable', undefined)
  })
  expect(await run(LIST, admin(core))).toMatchObject({ code: 0, stderr: '' })
})

it('reads the password from the file that DEFGUARD_ADMIN_PASSWORD_FILE names', async () => {
  const file = join(newConfigHome(), 'password')
  writeFileSync(file, `${PASSWORD}\n`)
  const env = {
    ...admin(core),
    DEFGUARD_ADMIN_PASSWORD: undefined,
    DEFGUARD_ADMIN_PASSWORD_FILE: file,
  }
  expect((await run(LIST, env)).code).toBe(0)
})

it('takes the code of a second factor from the last line of standard input', async () => {
  demandCode(core)
  const odd = `two\nlines`
  const { code } = await run([...LOGIN, '--code-stdin'], stored, `${odd}\r\n${CODE}\n`)
  expect(code).toBe(0)
  expect(core.requests(AuthServiceService.login)).toEqual([
    { login: 'admin', password: odd, code: CODE },
  ])
  const one = await run([...LOGIN, '--code-stdin'], stored, CODE)
  expect(one).toMatchObject({ code: 2 })
  expect(one.stderr).toContain('two are needed')
})

it('says how to pass a code where nobody can be asked for one, and when it was wrong', async () => {
  demandCode(core)
  const none = await run(LOGIN, stored, PASSWORD)
  expect(none.code).toBe(3)
  expect(none.stderr).toContain('enter a code of your authenticator app, or a recovery code')
  expect(none.stderr).toContain('--code-stdin')
  const wrong = await run([...LOGIN, '--code-stdin'], stored, `${PASSWORD}\n000000\n`)
  expect(wrong).toMatchObject({ code: 3, stderr: 'error: Code invalid\n' })
})

it('tells scripts that a login of the environment cannot answer a second factor', async () => {
  demandCode(core)
  const { code, stderr } = await run(LIST, admin(core))
  expect(code).toBe(3)
  expect(stderr).toContain('admin has a second factor')
  expect(stderr).toContain('Run `defguard-admin login` once')
  expect(paths()).toEqual(['Login'])
  const json = await run([...LIST, '--json'], admin(core))
  expect(JSON.parse(json.stderr)).toMatchObject({ reason: 'mfa_code_required' })
})

it('ends its session on Ctrl-C and says nothing', async () => {
  let isAsked: () => void
  const asked = new Promise<void>((resolve) => {
    isAsked = resolve
  })
  core.answer(GroupServiceService.listGroups, () => {
    isAsked()
    return new Promise(() => undefined)
  })
  const child = start(LIST, admin(core))
  const said: Buffer[] = []
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk))
  await asked
  child.kill('SIGINT')
  const [code] = await once(child, 'close')
  expect(code).toBe(130)
  expect(Buffer.concat(said).toString()).toBe('')
  expect(paths()).toEqual(['Login', 'ListGroups', 'Logout'])
})
