import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { AuthServiceService } from '@defguard/proto/admin/v1/auth'
import { type ServiceError, status } from '@grpc/grpc-js'
import type { CoreApi } from './core-api.js'
import type { OwnDatabase } from './own-database.js'

export interface AdminAccount {
  readonly username: string
  readonly password: string
}

/**
 * The account whose password the stack knows: from before, as core will make it from the operator's
 * password, or made now.
 */
export async function ensureAdmin(
  database: OwnDatabase,
  configuredPassword: string | undefined,
  bootstrap: () => Promise<AdminAccount>,
): Promise<void> {
  if (database.read().admin) return
  const admin =
    configuredPassword === undefined
      ? await bootstrap()
      : { username: 'admin', password: configuredPassword }
  database.save({ admin })
}

/** Logs in; an account whose password was changed behind the stack's back gets a new one. */
export async function logIn(
  api: CoreApi,
  database: OwnDatabase,
  bootstrap: () => Promise<AdminAccount>,
): Promise<AdminAccount> {
  const { admin } = database.read()
  if (admin && (await tryLogin(api, admin))) return admin
  const renewed = await bootstrap()
  database.save({ admin: renewed })
  if (await tryLogin(api, renewed)) return renewed
  throw new Error('Core refuses the admin account that it has just made.')
}

/** Runs core's one-shot command that makes the first admin or gives the existing one a new password. */
export async function bootstrapAdmin(
  script: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<AdminAccount> {
  const isNamed = Boolean(env.DEFGUARD_DEFAULT_ADMIN_EMAIL || env.DEFGUARD_DEFAULT_ADMIN_NAME)
  const person = isNamed ? [] : ['--email', 'admin@example.com', '--name', 'Sample Admin']
  const args = [script, 'bootstrap-admin', '--json', ...person]
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { env, signal })
    return JSON.parse(stdout) as AdminAccount
  } catch (err) {
    signal.throwIfAborted()
    // Never what it printed to standard output: that is the password.
    const { stderr = '' } = err as { stderr?: string }
    throw new Error(`The first admin could not be made. ${stderr.trim()}`)
  }
}

/** False when the password is not, or no longer, the account's. */
async function tryLogin(core: CoreApi, account: AdminAccount): Promise<boolean> {
  const credentials = { login: account.username, password: account.password }
  try {
    const { session_secret } = await core.call(AuthServiceService.login, credentials)
    core.useSession(session_secret)
    return true
  } catch (err) {
    if ((err as ServiceError).code === status.UNAUTHENTICATED) return false
    throw err
  }
}
