import { pino } from 'pino'

export type { Logger } from 'pino'

/** Field names whose values never reach a log line, wherever they stand. */
const SECRET_FIELDS = [
  'password',
  'token',
  'secret',
  'session_secret',
  'sessionSecret',
  'cookie',
  'authorization',
  'private_key',
  'privateKey',
]

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** One JSON line per event on standard output, for whatever collects logs. */
export function createLogger(service: string, level: LogLevel) {
  return pino({
    name: service,
    level,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: serializeError },
    redact: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]),
  })
}

/**
 * An error as a log line may show it. Only these fields: libraries attach whole requests, queries
 * with their parameters and connection settings to their errors.
 */
function serializeError(err: unknown): Record<string, unknown> {
  if (!(err instanceof Error)) return { message: String(err) }
  const { code, constraint, table } = err as Error & Record<string, unknown>
  return {
    type: err.name,
    message: err.message,
    stack: err.stack,
    ...(code === undefined ? {} : { code }),
    ...(constraint === undefined ? {} : { constraint }),
    ...(table === undefined ? {} : { table }),
    ...(err.cause === undefined ? {} : { cause: serializeError(err.cause) }),
  }
}
