import { readFileSync } from 'node:fs'
import type { Env } from '@defguard/runtime/env'
import type { ClientTls } from '@defguard/runtime/tls'
import type { Command } from 'commander'
import { usageError } from './cli-error.js'
import { type CoreAddress, DEFAULT_CORE_URL, parseCoreAddress } from './core-address.js'

/** The options that every command takes. */
export interface GlobalOptions {
  readonly core?: string
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly json?: boolean
  readonly quiet?: boolean
  readonly yes?: boolean
  readonly profile: string
}

export function addGlobalOptions(program: Command): void {
  program
    .option('--core <url>', `where core is (DEFGUARD_ADMIN_CORE; default ${DEFAULT_CORE_URL})`)
    .option('--ca <file>', "CA of core's certificate (DEFGUARD_ADMIN_CA; default: the system's)")
    .option('--cert <file>', 'your certificate, with the role admin (DEFGUARD_ADMIN_CERT)')
    .option('--key <file>', 'its key (DEFGUARD_ADMIN_KEY)')
    .option('--json', 'print one JSON document instead of a table')
    .option('--quiet', 'print results and errors only, no advice')
    .option('--yes', 'do not ask before something is destroyed')
    .option('--profile <name>', 'which stored login to use', 'default')
}

/** Where core is and how to trust it. @throws CliError usage */
export function readConnection(
  options: GlobalOptions,
  env: Env,
): { address: CoreAddress; tls: ClientTls } {
  const address = parseCoreAddress(
    options.core ?? env.string('DEFGUARD_ADMIN_CORE') ?? DEFAULT_CORE_URL,
  )
  const tls = {
    ca: readPem('--ca', options.ca, env, 'DEFGUARD_ADMIN_CA'),
    cert: readPem('--cert', options.cert, env, 'DEFGUARD_ADMIN_CERT'),
    key: readPem('--key', options.key, env, 'DEFGUARD_ADMIN_KEY'),
  }
  if ((tls.cert === undefined) !== (tls.key === undefined)) {
    throw usageError('--cert and --key (DEFGUARD_ADMIN_CERT and _KEY) must be given together.')
  }
  if (!address.isTls && (tls.ca ?? tls.cert)) {
    throw usageError(
      `${address.url} has no TLS, so --ca, --cert and --key cannot protect anything.`,
      'Write the address with https://, or leave them out.',
    )
  }
  return { address, tls }
}

function readPem(
  option: string,
  path: string | undefined,
  env: Env,
  variable: string,
): Buffer | undefined {
  if (path === undefined) return env.string(variable) === undefined ? undefined : env.file(variable)
  try {
    return readFileSync(path)
  } catch (err) {
    const { code } = err as NodeJS.ErrnoException
    throw usageError(`${option} names a file that cannot be read: ${path} (${code}).`)
  }
}
