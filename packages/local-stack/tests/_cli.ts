import { fileURLToPath } from 'node:url'
import { type Ended, runHere } from '../../admin-cli/tests/_program.js'
import { tlsVariables } from '../src/service-env.js'
import type { StackInfo } from '../src/stack-info.js'

export const CLI = fileURLToPath(new URL('../../admin-cli/dist/main.js', import.meta.url))

export type CliResult = Ended

type Account = Pick<StackInfo, 'coreUrl' | 'adminTls' | 'adminUsername' | 'adminPassword'>

/** How a command line finds and trusts the stack's core, and is let in. */
export function coreVariables({ coreUrl, adminTls }: Pick<StackInfo, 'coreUrl' | 'adminTls'>) {
  return { DEFGUARD_ADMIN_CORE: coreUrl, ...tlsVariables('DEFGUARD_ADMIN', adminTls) }
}

/** Runs `defguard-admin` as the stack's admin. */
export function runCli(account: Account, ...args: readonly string[]): Promise<CliResult> {
  return runCliWithInput(account, '', ...args)
}

/** The same with a text on its standard input. */
export function runCliWithInput(
  account: Account,
  input: string,
  ...args: readonly string[]
): Promise<CliResult> {
  const env = {
    PATH: process.env.PATH,
    ...coreVariables(account),
    DEFGUARD_ADMIN_USERNAME: account.adminUsername,
    DEFGUARD_ADMIN_PASSWORD: account.adminPassword,
  }
  return runHere(args, env, input)
}

/** Runs it as a program does, with an API token. */
export function runCliWithToken(
  account: Account,
  token: string,
  ...args: readonly string[]
): Promise<CliResult> {
  const { PATH } = process.env
  return runHere(args, { PATH, ...coreVariables(account), DEFGUARD_ADMIN_TOKEN: token }, '')
}

/** What a command prints with `--json`. @throws what it says when it fails */
export async function runCliJson<T>(account: Account, ...args: readonly string[]): Promise<T> {
  const { code, stdout, stderr } = await runCli(account, ...args, '--json')
  if (code !== 0) throw new Error(`defguard-admin ${args.join(' ')} ended with ${code}: ${stderr}`)
  return JSON.parse(stdout) as T
}
