import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { newConfigHome } from '../../admin-cli/tests/_cli.js'
import { runHere } from '../../admin-cli/tests/_program.js'
import { atTerminal } from '../../admin-cli/tests/_terminal.js'
import { coreVariables, runCli, runCliJson, runCliWithInput, runCliWithToken } from './_cli.js'
import { readMail } from './_mails.js'
import { codeOf, PASSWORD } from './_second-factor.js'
import { startTestStack, type TestStack } from './_stack.js'

let stack: TestStack
/** The environment of the new administrator, who keeps a login. */
let uma: Record<string, string | undefined>
beforeAll(async () => {
  stack = await startTestStack()
  const { info } = stack
  uma = { PATH: process.env.PATH, ...coreVariables(info), XDG_CONFIG_HOME: newConfigHome() }
  await runCliJson(info, 'group', 'create', 'helpdesk', '--role', 'user_admin')
  await runCliJson(info, 'settings', 'set', 'enrollment_mfa_required', 'true')
  const names = ['--first-name', 'Uma', '--last-name', 'Doe', '--email', 'uma@example.com']
  const account = ['--username', 'uma', ...names, '--group', 'helpdesk', '--password-stdin']
  await runCliWithInput(info, PASSWORD, 'user', 'create', ...account)
}, 120_000)
afterAll(() => stack?.stop())

const asUma = (...args: string[]) => runHere(args, uma, '')

it('takes a new administrator from the first login to a program that works for them', async () => {
  const { info } = stack
  const login = await runHere(['login', '--username', 'uma', '--password-stdin'], uma, PASSWORD)
  expect(login.stderr).toContain('defguard-admin mfa setup')
  expect(await asUma('user', 'list')).toMatchObject({ code: 3 })

  const setup = await atTerminal(
    ['mfa', 'setup'],
    (shown) => {
      const [, secret] = /Secret +(\w+)/.exec(shown) ?? []
      return secret === undefined ? PASSWORD : codeOf(secret)
    },
    uma,
  )
  expect(setup).toMatchObject({ code: 0, shown: expect.stringMatching(/\w{5}-\w{5}\n/) })
  expect(JSON.parse((await asUma('whoami', '--json')).stdout)).toMatchObject({
    role: 'user_admin',
    second_factors: ['totp'],
    mfa_setup_required: false,
  })

  const scopes = ['--scope', 'users:write,enrollment:write,settings:write', '--json']
  const created = await asUma('api-token', 'create', 'HR sync', ...scopes)
  const { token } = JSON.parse(created.stdout)
  const program = (...args: string[]) => runCliWithToken(info, token, ...args, '--json')
  const names = ['--first-name', 'Ola', '--last-name', 'Doe', '--email', 'ola@example.com']
  const invited = await program('user', 'create', '--username', 'ola', ...names, '--invite')
  expect(JSON.parse(invited.stdout).invitation).toMatchObject({
    token: null,
    url: null,
    mail: 'ola@example.com',
  })
  await readMail(info, 'ola@example.com', /#token=dge_/)

  const refused = [
    ['user', 'disable', 'admin', '--yes'],
    ['settings', 'set', 'instance_name', 'Taken'],
    ['enrollment', 'start', 'ola'],
    ['api-token', 'list'],
  ]
  for (const args of refused) expect(await program(...args)).toMatchObject({ code: 3 })
  await runCli(info, 'group', 'remove-member', 'helpdesk', 'uma', '--yes')
  for (const end of [await program('user', 'list'), await asUma('user', 'list')])
    expect(end).toMatchObject({ code: 3 })
}, 60_000)
