import { Violations } from '@defguard/proto/admin/v1/common'
import { type Metadata, type ServiceError, status } from '@grpc/grpc-js'
import { CliError } from './cli-error.js'
import type { CoreAddress } from './core-address.js'
import { EXIT, type ExitCode } from './exit-codes.js'

const EXIT_OF_STATUS: Partial<Record<status, ExitCode>> = {
  [status.INVALID_ARGUMENT]: EXIT.refused,
  [status.ALREADY_EXISTS]: EXIT.refused,
  [status.FAILED_PRECONDITION]: EXIT.refused,
  [status.RESOURCE_EXHAUSTED]: EXIT.refused,
  [status.ABORTED]: EXIT.refused,
  [status.NOT_FOUND]: EXIT.notFound,
  [status.UNAUTHENTICATED]: EXIT.notAllowed,
  [status.PERMISSION_DENIED]: EXIT.notAllowed,
  [status.UNAVAILABLE]: EXIT.unreachable,
  [status.DEADLINE_EXCEEDED]: EXIT.unreachable,
}

/** Of a limit that says no more; how long it lasts stands beside it. */
const TOO_MANY = 'too many requests'

const HINTS: Readonly<Record<string, string>> = {
  not_logged_in:
    'Run `defguard-admin login`. Programs set DEFGUARD_ADMIN_TOKEN to an API token that is not over: `defguard-admin api-token list`.',
  mfa_setup_required: 'Run `defguard-admin login`, then `defguard-admin mfa setup`.',
  login_required: 'Run it without DEFGUARD_ADMIN_TOKEN, after `defguard-admin login`.',
  scope_missing: 'What scopes there are: `defguard-admin api-token create --help`.',
  mfa_code_required:
    'Run `defguard-admin login` at a terminal, or pass a code on standard input with --code-stdin.',
  mail_over: 'A new link in place of a dead one: `defguard-admin enrollment resend ID`.',
  smtp_not_configured:
    'Configure mail with `defguard-admin settings set smtp_server HOST smtp_port 587 smtp_sender ADDRESS`, ' +
    'or hand the link over yourself: leave --invite and --send-email out, then ' +
    '`defguard-admin enrollment start NAME`.',
}

/** What an error of a call means to the person at the keyboard. */
export function toCliError(err: unknown, address: CoreAddress): unknown {
  if (!isServiceError(err)) return err
  const reason = text(err.metadata, 'error-reason')
  const isAway = err.code === status.UNAVAILABLE || err.code === status.DEADLINE_EXCEEDED
  if (isAway && !reason) return toOutage(err, address)
  const exitCode = EXIT_OF_STATUS[err.code] ?? EXIT.unexpected
  const lines = violationLines(err.metadata)
  return new CliError(exitCode, reason ?? wordOf(err.code), toSentence(err, reason, address), {
    field: text(err.metadata, 'error-field'),
    lines,
    hint: reason === undefined ? hintOfBare(err.code) : HINTS[reason],
  })
}

/** Core gives each refusal a reason, except those of a certificate. */
function hintOfBare(code: status): string | undefined {
  return code === status.UNAUTHENTICATED || code === status.PERMISSION_DENIED
    ? 'Show a certificate with the role admin that is good now: --cert and --key (`defguard-admin cert issue --role admin`).'
    : undefined
}

function toSentence(err: ServiceError, reason: string | undefined, address: CoreAddress): string {
  if (reason === 'not_logged_in') return `You are not logged in at ${address.url}.`
  if (err.code === status.UNIMPLEMENTED) {
    return `Core at ${address.url} does not know this call: it may be of another version.`
  }
  const seconds = reason === 'rate_limited' ? text(err.metadata, 'retry-after') : undefined
  if (seconds && err.details === TOO_MANY) return `Too many requests: try again in ${seconds} s.`
  return err.details || wordOf(err.code)
}

function toOutage(err: ServiceError, { url, isTls }: CoreAddress): CliError {
  // Core's own words when it runs but its database does not.
  if (err.details === 'temporarily unavailable') {
    return new CliError(
      EXIT.unreachable,
      'unavailable',
      `Core at ${url} answers, but cannot work at the moment. Try again shortly.`,
    )
  }
  const advice = isTls
    ? 'is --core or DEFGUARD_ADMIN_CORE right, does --ca name the CA of its certificate, and does it want --cert and --key?'
    : 'is --core or DEFGUARD_ADMIN_CORE right? With TLS the address begins with https://.'
  return new CliError(
    EXIT.unreachable,
    'unreachable',
    `Core cannot be reached at ${url} (${toCause(err)}). Is it running, and ${advice}`,
  )
}

/** Of a stream in which nothing comes any more. */
export function toSilence({ url }: CoreAddress): CliError {
  return new CliError(EXIT.unreachable, 'unreachable', `Core at ${url} does not say anything.`)
}

/** Without what only concerns whoever debugs gRPC or OpenSSL. */
function toCause({ code, details }: ServiceError): string {
  if (code === status.DEADLINE_EXCEEDED) return 'no answer in time'
  const cause = /Last error: (.*?)(?:\. Resolution note:|$)/s.exec(details)?.[1] ?? details
  if (cause.includes('ECONNREFUSED')) return 'connection refused'
  const [, tlsCause] = /\berror:[0-9A-F]{8}:[^:]*:[^:]*:([^:]+)/.exec(cause) ?? []
  if (tlsCause) return `TLS: ${tlsCause}`
  return cause
    .replace(/\s*\([\dTZ:.-]+\)/g, '')
    .replace(/^Error: |\.$/g, '')
    .trim()
}

function violationLines(metadata: Metadata): string[] {
  const [encoded] = metadata.get('error-violations-bin')
  if (!Buffer.isBuffer(encoded)) return []
  const { violations } = Violations.decode(encoded)
  return violations.map(({ field, message }) => `${field}: ${message}`)
}

function isServiceError(err: unknown): err is ServiceError {
  return err instanceof Error && 'code' in err && 'details' in err && 'metadata' in err
}

function text(metadata: Metadata, name: string): string | undefined {
  const [value] = metadata.get(name)
  return typeof value === 'string' && value !== '' ? value : undefined
}

function wordOf(code: status): string {
  return (status[code] ?? 'unknown').toLowerCase()
}
