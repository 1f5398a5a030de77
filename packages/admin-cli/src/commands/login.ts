import { AuthServiceService, type WhoAmIResponse } from '@defguard/proto/admin/v1/auth'
import type { Command } from 'commander'
import type { Cli, Context } from '../cli.js'
import { asUsage, CliError, usageError } from '../cli-error.js'
import { EXIT } from '../exit-codes.js'
import { teach } from '../help.js'
import { ask, askSecret, readSecret, readSecrets } from '../prompts.js'
import { type Credentials, isCodeRequired, login, logout } from '../session.js'
import { facts, verbatim } from '../table.js'
import { toLocalTime, toRfc3339 } from '../timestamps.js'

interface LoginOptions {
  readonly username?: string
  readonly passwordStdin?: boolean
  readonly codeStdin?: boolean
}

export function addLoginCommands(program: Command, cli: Cli): void {
  const login = program
    .command('login')
    .description('log in and keep the session in a file that only you can read')
    .option('--username <name>', 'username or e-mail address (default: asked for)')
    .option('--password-stdin', 'read the password from standard input')
    .option('--code-stdin', 'read the code of a second factor from it, too: from its last line')
    .action(cli.action<LoginOptions>(logIn))
  teach(login, {
    examples: [
      'login',
      'login --core https://core.example.com:50055 --ca ca.crt --cert tls.crt --key tls.key',
      'login --username admin --password-stdin < password.txt',
      'login --username admin --password-stdin --code-stdin < password-and-code.txt',
    ],
    next: 'Each --profile and each core has a login of its own. "defguard-admin whoami" shows it.',
  })

  const logoutCommand = program
    .command('logout')
    .description('end the stored session, here and on core')
    .action(cli.action(logOut))
  teach(logoutCommand, { examples: ['logout', 'logout --profile work'] })

  const whoami = program
    .command('whoami')
    .description('show whose session it is, with which role, and when it ends')
    .action(cli.asAdmin(showSession))
  teach(whoami, { examples: ['whoami', 'whoami --json'] })
}

async function logIn(context: Context, options: LoginOptions) {
  const { core, sessionFile } = context
  const credentials = await readCredentials(context, options)
  const before = await sessionFile.read().catch(() => undefined)
  const reply = await loginOrAskForCode(context, credentials)
  const expiresAt = toRfc3339(reply.expires_timestamp)
  await sessionFile.write({
    core: core.address.url,
    username: reply.username,
    sessionSecret: reply.session_secret,
    expiresAt,
  })
  if (before) {
    core.useCredential(before.sessionSecret)
    await logout(core).catch(() => undefined)
  }
  return {
    json: { username: reply.username, expires_at: expiresAt },
    text: verbatim(
      `Logged in as ${reply.username} at ${core.address.url} until ${toLocalTime(reply.expires_timestamp)}.`,
    ),
    hint: reply.mfa_setup_required
      ? 'This account must have a second factor before it can do anything: defguard-admin mfa setup'
      : 'Next: defguard-admin user create --help, or defguard-admin enrollment list.',
  }
}

/** Only core knows whether an account has a second factor, so it is tried without a code first. */
async function loginOrAskForCode({ core, io }: Context, credentials: Credentials) {
  try {
    return await login(core, credentials)
  } catch (err) {
    if (!isCodeRequired(err) || !io.stdin.isTTY || credentials.code !== undefined) throw err
    io.stderr.write(`${err.message}\n`)
    return login(core, { ...credentials, code: await askSecret(io, 'Code: ') })
  }
}

async function readCredentials(context: Context, options: LoginOptions): Promise<Credentials> {
  const { io } = context
  if (!options.codeStdin) return readLogin(context, options)
  if (!options.passwordStdin) {
    const credentials = await readLogin(context, options)
    return { ...credentials, code: await readSecret(io, 'Code: ') }
  }
  const name = await readUsername(context, options)
  const [password, code] = await readSecrets(io, ['Password: ', 'Code: '])
  return { login: name, password, code }
}

async function readUsername({ io, env }: Context, options: LoginOptions): Promise<string> {
  const named = options.username ?? env.string('DEFGUARD_ADMIN_USERNAME')
  const name = named ?? (io.stdin.isTTY ? await ask(io, 'Username: ') : '')
  if (name.trim() === '') throw usageError('Who logs in? Say so with --username.')
  return name
}

async function readLogin(context: Context, options: LoginOptions): Promise<Credentials> {
  const { io, env } = context
  const name = await readUsername(context, options)
  if (options.passwordStdin) return { login: name, password: await readSecret(io, 'Password: ') }
  // The environment's password belongs to the environment's account only.
  const isFromEnv =
    options.username === undefined && env.string('DEFGUARD_ADMIN_USERNAME') !== undefined
  const password = isFromEnv ? asUsage(() => env.secret('DEFGUARD_ADMIN_PASSWORD')) : undefined
  if (password !== undefined) return { login: name, password }
  if (io.stdin.isTTY) return { login: name, password: await askSecret(io, 'Password: ') }
  throw usageError(
    'There is no terminal to ask for the password.',
    'Use --password-stdin, or set DEFGUARD_ADMIN_USERNAME and DEFGUARD_ADMIN_PASSWORD.',
  )
}

async function logOut({ core, sessionFile }: Context) {
  const session = await sessionFile.read().catch(() => undefined)
  await sessionFile.remove()
  if (session) {
    core.useCredential(session.sessionSecret)
    await logout(core).catch((err: unknown) => {
      const isOver = err instanceof CliError && err.exitCode === EXIT.notAllowed
      if (!isOver) throw err
    })
  }
  return {
    json: { logged_out: session !== undefined },
    text: verbatim(
      session
        ? `Logged out ${session.username} at ${core.address.url}.`
        : `Nobody was logged in at ${core.address.url}.`,
    ),
  }
}

async function showSession({ core }: Context) {
  const reply = await core.call(AuthServiceService.whoAmI, {})
  return {
    json: {
      user_id: reply.user_id,
      username: reply.username,
      name: reply.name,
      role: reply.role,
      expires_at: toRfc3339(reply.expires_timestamp),
      api_token: reply.api_token ?? null,
      scopes: reply.scopes,
      second_factors: reply.second_factors,
      mfa_setup_required: reply.mfa_setup_required,
    },
    text: facts({
      Username: reply.username,
      Name: reply.name,
      Role: reply.role,
      ...(reply.api_token === undefined
        ? { 'Second factor': secondFactorWords(reply) }
        : { 'API token': reply.api_token, Scopes: reply.scopes.join(' ') }),
      'Good until': toLocalTime(reply.expires_timestamp),
      Core: core.address.url,
    }),
  }
}

const METHOD_WORDS: Readonly<Record<string, string>> = {
  totp: 'authenticator app',
  email: 'codes by mail',
}

function secondFactorWords({ second_factors, mfa_setup_required }: WhoAmIResponse): string {
  if (mfa_setup_required) return 'none, and needed: defguard-admin mfa setup'
  return second_factors.map((method) => METHOD_WORDS[method] ?? method).join(', ') || 'none'
}
