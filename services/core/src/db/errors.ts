import { deviceNameTaken, publicKeyTaken } from '../domain/device.js'
import { DomainError } from '../domain/errors.js'

interface PostgresError extends Error {
  readonly code: string
  readonly constraint?: string
  /** FATAL: the server has refused or ended the connection, not only the statement. */
  readonly severity?: string
}

const UNIQUE_VIOLATION = '23505'
const FOREIGN_KEY_VIOLATION = '23503'
/** PostgreSQL's texts may hold all of Unicode but U+0000. */
const UNFIT_CHARACTER = '22021'
const SERIALIZATION_FAILURE = '40001'
const DEADLOCK = '40P01'

/** What the violation of each rule that a request can break means to the caller. */
const VIOLATION_OF_CONSTRAINT: Readonly<Record<string, () => DomainError>> = {
  device_public_key_key: publicKeyTaken,
  device_user_id_name_key: deviceNameTaken,
  device_network_name_key: () => alreadyExists('name', 'a network device of this name exists'),
  polling_token_device_id_fkey: () => new DomainError('device_not_found'),
  user_username_key: () => alreadyExists('username', 'this username is taken'),
  user_email_key: () => alreadyExists('email', 'this e-mail address is taken'),
  group_name_key: () => alreadyExists('name', 'a group of this name exists'),
  api_token_user_id_name_key: () => alreadyExists('name', 'you have an API token of this name'),
  gateway_location_id_name_key: () =>
    alreadyExists('name', 'the location has a gateway of this name: revoke its token first'),
  gateway_location_id_fkey: () =>
    new DomainError('not_found', 'the location is just being deleted'),
  location_public_key_key: () => alreadyExists('config', 'another location has this private key'),
  location_name_key: () => alreadyExists('name', 'a location of this name exists'),
  user_group_group_id_fkey: () => goneMeanwhile('groups'),
  location_allowed_group_group_id_fkey: () => goneMeanwhile('allowed_groups'),
}

function alreadyExists(field: string, message: string): DomainError {
  return new DomainError('already_exists', `${field}: ${message}`, [{ field, message }])
}

function goneMeanwhile(field: string): DomainError {
  const message = 'a group of these is just being deleted'
  return new DomainError('invalid_argument', `${field}: ${message}`, [{ field, message }])
}

/**
 * The DomainError of a violated constraint, or of a text that no row can hold or be found by; anything
 * else, unknown constraints too, as it is.
 */
export function translateViolation(err: unknown): unknown {
  if (!isPostgresError(err)) return err
  if (err.code === UNFIT_CHARACTER) {
    return new DomainError('invalid_argument', 'a text must not contain U+0000')
  }
  if (err.code !== UNIQUE_VIOLATION && err.code !== FOREIGN_KEY_VIOLATION) return err
  return VIOLATION_OF_CONSTRAINT[err.constraint ?? '']?.() ?? err
}

/** Whether the same transaction may well succeed when it is run again. */
export function isRetryable(err: unknown): boolean {
  if (!isPostgresError(err)) return false
  const lostAddressRace = err.constraint === 'device_location_location_id_address_key'
  return err.code === SERIALIZATION_FAILURE || err.code === DEADLOCK || lostAddressRace
}

const NETWORK_ERRORS = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'EAI_AGAIN',
])
/** Texts of `pg` for a pool without a free connection, and for connections that went away or silent. */
const POOL_ERRORS =
  /timeout exceeded when trying to connect|Connection terminated|not queryable|Client was closed|Query read timeout/i

/**
 * Whether the database is away or has no connection to spare, as opposed to a fault of ours. A
 * connection that the server refuses or ends for whatever reason is an outage; a refused statement
 * is one only in the classes 08 (connection) and 57P (shutting down), with 53300 (too many connections)
 * and 57014 (out of time: mostly for waiting, while somebody changes access for very many devices).
 */
export function isDatabaseOutage(err: unknown): boolean {
  if (!(err instanceof Error)) return false
  const { code, severity } = err as Partial<PostgresError>
  if (severity === 'FATAL') return true
  if (code !== undefined && (NETWORK_ERRORS.has(code) || /^(08|57P)|^(53300|57014)$/.test(code)))
    return true
  if (err instanceof AggregateError && err.errors.some(isDatabaseOutage)) return true
  return POOL_ERRORS.test(err.message) || (err.cause !== undefined && isDatabaseOutage(err.cause))
}

function isPostgresError(err: unknown): err is PostgresError {
  return err instanceof Error && typeof (err as Partial<PostgresError>).code === 'string'
}
