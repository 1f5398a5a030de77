import { AuthServiceService, type LoginResponse } from '@defguard/proto/admin/v1/auth'
import type { Env } from '@defguard/runtime/env'
import { asUsage, CliError, usageError } from './cli-error.js'
import type { CoreClient } from './core-client.js'
import { EXIT } from './exit-codes.js'
import type { SessionFile } from './session-file.js'

export interface Credentials {
  readonly login: string
  readonly password: string
  /** Beside the password, for an account with a second factor. */
  readonly code?: string
}

// Nobody waits long at the end of a command whose work is done.
const LOGOUT_DEADLINE_MS = 3_000

/** The account that the environment names. @throws CliError when only half of it is there */
export function findCredentials(env: Env): Credentials | undefined {
  const login = env.string('DEFGUARD_ADMIN_USERNAME')
  const password = asUsage(() => env.secret('DEFGUARD_ADMIN_PASSWORD'))
  if (login === undefined && password === undefined) return undefined
  if (login === undefined || password === undefined) {
    throw usageError(
      'DEFGUARD_ADMIN_USERNAME and DEFGUARD_ADMIN_PASSWORD (or DEFGUARD_ADMIN_PASSWORD_FILE) must be set together.',
    )
  }
  return { login, password }
}

const API_TOKEN = /^dgk_[0-9A-Za-z]+$/

/**
 * The API token of the environment.
 * @throws CliError when a login is there as well, or it is none: whatever it is, it stays here
 */
export function findApiToken(env: Env): string | undefined {
  const token = asUsage(() => env.secret('DEFGUARD_ADMIN_TOKEN'))?.trim()
  if (token === undefined) return undefined
  if (findCredentials(env)) {
    throw usageError(
      'DEFGUARD_ADMIN_TOKEN and DEFGUARD_ADMIN_USERNAME must not both be set: who is it?',
    )
  }
  if (!API_TOKEN.test(token))
    throw usageError('DEFGUARD_ADMIN_TOKEN is no API token: these begin with dgk_.')
  return token
}

/** Opens a session on core; the caller ends it or keeps it. */
export async function login(core: CoreClient, credentials: Credentials): Promise<LoginResponse> {
  const reply = await core.call(AuthServiceService.login, credentials)
  core.useCredential(reply.session_secret)
  return reply
}

/** Ends the client's session, also after Ctrl-C. */
export async function logout(core: CoreClient): Promise<void> {
  await core.call(AuthServiceService.logout, {}, { deadlineMs: LOGOUT_DEADLINE_MS })
}

/**
 * Runs `work` with the API token of the environment, as the account of the environment, in a session
 * of its own that ends with it, or else in the stored session.
 * @throws CliError `not_logged_in` when there is none of them
 */
export async function inSession<T>(
  core: CoreClient,
  env: Env,
  file: SessionFile,
  work: () => Promise<T>,
): Promise<T> {
  const apiToken = findApiToken(env)
  const credentials = findCredentials(env)
  if (apiToken !== undefined) {
    core.useCredential(apiToken)
    return work()
  }
  if (!credentials) {
    core.useCredential(await storedSecret(core, file))
    return work()
  }
  await loginUnattended(core, credentials)
  try {
    return await work()
  } finally {
    // The session ends by itself as well; what was done stays done.
    await logout(core).catch(() => undefined)
  }
}

/** Whether core wants a code beside the password, which was right. */
export function isCodeRequired(err: unknown): err is CliError {
  return err instanceof CliError && err.reason === 'mfa_code_required'
}

/** Logs in as the account of the environment, where nobody can be asked for a code. */
async function loginUnattended(core: CoreClient, credentials: Credentials): Promise<void> {
  try {
    await login(core, credentials)
  } catch (err) {
    if (!isCodeRequired(err)) throw err
    throw new CliError(
      err.exitCode,
      err.reason,
      `${credentials.login} has a second factor: DEFGUARD_ADMIN_USERNAME and DEFGUARD_ADMIN_PASSWORD are not enough to log in.`,
      {
        hint: 'Run `defguard-admin login` once and unset both. Programs use an API token: `defguard-admin api-token create --help`.',
      },
    )
  }
}

async function storedSecret(core: CoreClient, file: SessionFile): Promise<string> {
  const session = await file.read()
  if (session) return session.sessionSecret
  throw new CliError(
    EXIT.notAllowed,
    'not_logged_in',
    `You are not logged in at ${core.address.url}.`,
    {
      hint: 'Run `defguard-admin login`; programs set DEFGUARD_ADMIN_TOKEN to an API token.',
    },
  )
}
