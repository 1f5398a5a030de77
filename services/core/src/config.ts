import type { Env } from '@defguard/runtime/env'
import { LOG_LEVELS, type LogLevel } from '@defguard/runtime/logger'
import { isLoopback, readTls } from '@defguard/runtime/tls'
import type { AdminContact } from './app/first-admin.js'
import { TIMEOUT_MIN_MS } from './domain/enrollment-token.js'
import type { Limits } from './domain/limits.js'
import { parseHost } from './domain/location.js'
import { MAIL_PAUSE_MS } from './domain/mfa.js'
import { parseSecretKeys, type SecretKeys } from './domain/secret-keys.js'
import { certificatesProblem, loginProblem, SMTP_TIMEOUT_S } from './domain/smtp-settings.js'
import { parseEmail } from './domain/user.js'
import { type GatewaysConfig, readGateways } from './gateways-config.js'
import type { EntranceConfig } from './grpc/entrance.js'
import { readLimits } from './limits-config.js'
import type { SmtpSettings } from './mail/transport.js'

export interface CoreConfig {
  readonly logLevel: LogLevel
  readonly database: { readonly url: string; readonly poolMax: number }
  /** The key that seals and peppers today, then earlier ones that are still readable. */
  readonly secretKeys: SecretKeys
  readonly grpc: EntranceConfig
  readonly gateways: GatewaysConfig
  /** Core's own URL and the proxy's public one, each with one slash at the end. */
  readonly url: string
  readonly proxyUrl: string
  readonly tokenTimeoutMs: number
  readonly tokenTimeoutMaxMs: number
  readonly sessionTimeoutMs: number
  readonly mfaCodeTimeoutMs: number
  /** A reset link's times, independent of those of an enrollment. */
  readonly passwordReset: { readonly tokenTimeoutMs: number; readonly sessionTimeoutMs: number }
  readonly adminSessionTimeoutMs: number
  readonly bcryptCost: number
  readonly devicesPerToken: number
  readonly limits: Limits
  /** Undefined for any number. */
  readonly devicesPerUser: number | undefined
  readonly firstAdmin: { readonly password: string | undefined; readonly contact: AdminContact }
  /** The mail settings that a fresh database starts with. */
  readonly smtpSeed: SmtpSettings | undefined
}

const ADDRESS_OF_LOOPBACK = '127.0.0.1'
const DAY_MS = 24 * 3_600_000

/** @throws Error with a sentence that names the variable */
export function readConfig(env: Env): CoreConfig {
  const grpc = readGrpc(env)
  return {
    logLevel: env.oneOf('DEFGUARD_LOG_LEVEL', LOG_LEVELS, 'info'),
    database: {
      url: readDatabaseUrl(env),
      poolMax: env.integer('DEFGUARD_DB_POOL_MAX', 20, { min: 2, max: 500 }),
    },
    secretKeys: parseSecretKeys(
      env.secret('DEFGUARD_SECRET_KEY'),
      env.secret('DEFGUARD_SECRET_KEY_PREVIOUS'),
    ),
    grpc,
    gateways: readGateways(env, grpc),
    url: env.rootUrl('DEFGUARD_URL'),
    proxyUrl: env.rootUrl('DEFGUARD_ENROLLMENT_URL'),
    ...readTimeouts(env),
    passwordReset: readPasswordReset(env),
    adminSessionTimeoutMs: env.duration('DEFGUARD_SESSION_TIMEOUT', '12h'),
    bcryptCost: env.integer('DEFGUARD_PASSWORD_BCRYPT_COST', 12, { min: 10, max: 15 }),
    devicesPerToken: env.integer('DEFGUARD_DEVICES_PER_TOKEN', 5, { min: 1, max: 1000 }),
    devicesPerUser: readDevicesPerUser(env),
    limits: readLimits(env),
    firstAdmin: {
      password: env.secret('DEFGUARD_DEFAULT_ADMIN_PASSWORD'),
      contact: readAdminContact(env),
    },
    smtpSeed: readSmtp(env),
  }
}

function readDatabaseUrl(env: Env): string {
  const url = env.secret('DATABASE_URL')
  if (url !== undefined) return url
  if (env.string('DEFGUARD_DB_HOST') === undefined) {
    throw new Error('DATABASE_URL or DEFGUARD_DB_HOST must be set.')
  }
  const part = (text: string) => encodeURIComponent(text)
  const user = part(env.string('DEFGUARD_DB_USER') ?? 'defguard')
  const password = part(env.secret('DEFGUARD_DB_PASSWORD') ?? '')
  const port = env.port('DEFGUARD_DB_PORT', 5432)
  const name = part(env.string('DEFGUARD_DB_NAME') ?? 'defguard')
  return `postgres://${user}:${password}@${env.required('DEFGUARD_DB_HOST')}:${port}/${name}`
}

function readGrpc(env: Env): EntranceConfig {
  const tls = readTls(env, 'DEFGUARD_GRPC', 'core', new Date())
  const insecure = env.string('DEFGUARD_GRPC_INSECURE')
  const bindAddress =
    env.string('DEFGUARD_GRPC_BIND_ADDRESS') ?? (tls ? '0.0.0.0' : ADDRESS_OF_LOOPBACK)
  if (insecure !== undefined && insecure !== 'loopback')
    throw new Error('DEFGUARD_GRPC_INSECURE can only be "loopback".')
  if (tls && insecure)
    throw new Error('DEFGUARD_GRPC_INSECURE must not be set together with DEFGUARD_GRPC_CERT.')
  if (!tls && !insecure) {
    throw new Error(
      'DEFGUARD_GRPC_CERT, DEFGUARD_GRPC_KEY and DEFGUARD_GRPC_CA must be set, or DEFGUARD_GRPC_INSECURE=loopback to do without TLS on this machine only.',
    )
  }
  if (!tls && !isLoopback(bindAddress)) {
    throw new Error(
      'DEFGUARD_GRPC_BIND_ADDRESS must be a loopback address while TLS is not configured.',
    )
  }
  const port = env.port('DEFGUARD_GRPC_PORT', 50055)
  return { bindAddress, port, tls, adminCertificate: readAdminCertificate(env, tls !== undefined) }
}

function readAdminCertificate(env: Env, isTls: boolean): EntranceConfig['adminCertificate'] {
  const name = 'DEFGUARD_GRPC_ADMIN_CERT'
  if (env.string(name) !== undefined && !isTls)
    throw new Error(`${name} must not be set without DEFGUARD_GRPC_CERT.`)
  return env.oneOf(name, ['required', 'optional'], 'required')
}

function readTimeouts(env: Env) {
  const tokenTimeoutMs = env.duration('DEFGUARD_ENROLLMENT_TOKEN_TIMEOUT', '24h')
  const tokenTimeoutMaxMs = env.duration('DEFGUARD_ENROLLMENT_TOKEN_MAX_TIMEOUT', '24h')
  if (tokenTimeoutMs < TIMEOUT_MIN_MS) {
    throw new Error('DEFGUARD_ENROLLMENT_TOKEN_TIMEOUT must be at least 5m.')
  }
  if (tokenTimeoutMs > tokenTimeoutMaxMs) {
    throw new Error(
      'DEFGUARD_ENROLLMENT_TOKEN_TIMEOUT must not exceed DEFGUARD_ENROLLMENT_TOKEN_MAX_TIMEOUT.',
    )
  }
  const sessionTimeoutMs = env.duration('DEFGUARD_ENROLLMENT_SESSION_TIMEOUT', '10m')
  if (sessionTimeoutMs > DAY_MS)
    throw new Error('DEFGUARD_ENROLLMENT_SESSION_TIMEOUT must be at most 24h.')
  const mfaCodeTimeoutMs = env.duration('DEFGUARD_MFA_CODE_TIMEOUT', '5m')
  if (mfaCodeTimeoutMs < MAIL_PAUSE_MS)
    throw new Error('DEFGUARD_MFA_CODE_TIMEOUT must be at least 1m.')
  return { tokenTimeoutMs, tokenTimeoutMaxMs, sessionTimeoutMs, mfaCodeTimeoutMs }
}

function readPasswordReset(env: Env): CoreConfig['passwordReset'] {
  const tokenTimeoutMs = env.duration('DEFGUARD_PASSWORD_RESET_TOKEN_TIMEOUT', '24h')
  if (tokenTimeoutMs < TIMEOUT_MIN_MS)
    throw new Error('DEFGUARD_PASSWORD_RESET_TOKEN_TIMEOUT must be at least 5m.')
  if (tokenTimeoutMs > 7 * DAY_MS)
    throw new Error('DEFGUARD_PASSWORD_RESET_TOKEN_TIMEOUT must be at most 7d.')
  const sessionTimeoutMs = env.duration('DEFGUARD_PASSWORD_RESET_SESSION_TIMEOUT', '10m')
  if (sessionTimeoutMs > DAY_MS)
    throw new Error('DEFGUARD_PASSWORD_RESET_SESSION_TIMEOUT must be at most 24h.')
  return { tokenTimeoutMs, sessionTimeoutMs }
}

function readDevicesPerUser(env: Env): number | undefined {
  const name = 'DEFGUARD_DEVICES_PER_USER'
  if (env.string(name) === undefined) return undefined
  return env.integer(name, 1, { min: 1, max: 1000 })
}

/** Invited people see this name and address when the first admin invites them. */
function readAdminContact(env: Env): AdminContact {
  const email = env.string('DEFGUARD_DEFAULT_ADMIN_EMAIL') ?? 'admin@localhost'
  if (parseEmail(email) === undefined)
    throw new Error('DEFGUARD_DEFAULT_ADMIN_EMAIL must be an e-mail address.')
  return { email, ...splitName(env.string('DEFGUARD_DEFAULT_ADMIN_NAME') ?? 'Defguard Admin') }
}

/** `Adam Min` → first and last name; a single word is both, for each must be there. */
export function splitName(name: string): { firstName: string; lastName: string } {
  const [first = '', ...rest] = name.trim().split(/\s+/)
  return { firstName: first, lastName: rest.join(' ') || first }
}

function readSmtp(env: Env): SmtpSettings | undefined {
  const server = env.string('DEFGUARD_SMTP_SERVER')
  const sender = env.string('DEFGUARD_SMTP_SENDER')
  const user = env.string('DEFGUARD_SMTP_USER')
  const password = env.secret('DEFGUARD_SMTP_PASSWORD')
  const others = ['PORT', 'ENCRYPTION', 'CA', 'TIMEOUT'].map((part) =>
    env.string(`DEFGUARD_SMTP_${part}`),
  )
  if (server === undefined) {
    if ([sender, user, password, ...others].every((value) => value === undefined)) return undefined
    throw new Error(
      'DEFGUARD_SMTP_SERVER must be set together with the other DEFGUARD_SMTP_ variables.',
    )
  }
  if (sender === undefined || parseEmail(sender) === undefined) {
    throw new Error('DEFGUARD_SMTP_SENDER must be the e-mail address that mails come from.')
  }
  if ((user === undefined) !== (password === undefined)) {
    throw new Error('DEFGUARD_SMTP_USER and DEFGUARD_SMTP_PASSWORD must be set together.')
  }
  const problem = [user, password].map((text) => text && loginProblem(text)).find(Boolean)
  if (problem) throw new Error(`DEFGUARD_SMTP_USER and DEFGUARD_SMTP_PASSWORD ${problem}.`)
  const encryption = env.oneOf(
    'DEFGUARD_SMTP_ENCRYPTION',
    ['none', 'starttls', 'implicittls'],
    'starttls',
  )
  const port = env.integer('DEFGUARD_SMTP_PORT', encryption === 'implicittls' ? 465 : 587, {
    min: 1,
    max: 65_535,
  })
  const host = parseHost(server)
  if (host === undefined)
    throw new Error('DEFGUARD_SMTP_SERVER must be a host name or an IP address.')
  return {
    server: host,
    port,
    encryption,
    sender,
    timeoutMs: readSmtpTimeout(env),
    ...readSmtpCa(env),
    ...(user && password ? { user, password } : {}),
  }
}

function readSmtpTimeout(env: Env): number {
  const { min, default: usual, max } = SMTP_TIMEOUT_S
  const timeoutMs = env.duration('DEFGUARD_SMTP_TIMEOUT', `${usual}s`)
  if (timeoutMs < min * 1000 || timeoutMs > max * 1000)
    throw new Error(`DEFGUARD_SMTP_TIMEOUT must be ${min}s to ${max}s.`)
  return timeoutMs
}

function readSmtpCa(env: Env): Pick<SmtpSettings, 'ca'> {
  const name = 'DEFGUARD_SMTP_CA'
  if (env.string(name) === undefined) return {}
  const ca = env.file(name).toString()
  const problem = certificatesProblem(ca)
  if (problem !== undefined)
    throw new Error(`${name} names a file with another content: it ${problem}.`)
  return { ca }
}
