import { EXIT, type ExitCode } from './exit-codes.js'

interface Details {
  /** Which field of the request it is about. */
  readonly field?: string | undefined
  /** One line per field, for people. */
  readonly lines?: readonly string[]
  /** What to do about it, for people. */
  readonly hint?: string | undefined
}

/** What ends a command early: an exit code and a sentence that can be shown as it is. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly field: string | undefined
  readonly lines: readonly string[]
  readonly hint: string | undefined

  constructor(
    readonly exitCode: ExitCode,
    /** One word for scripts. */
    readonly reason: string,
    message: string,
    details: Details = {},
  ) {
    super(message)
    this.field = details.field
    this.lines = details.lines ?? []
    this.hint = details.hint
  }
}

export function usageError(message: string, hint?: string): CliError {
  return new CliError(EXIT.usage, 'usage', message, { hint })
}

/** Turns what a reader of options and variables complains of into an error of usage. */
export function asUsage<T>(read: () => T): T {
  try {
    return read()
  } catch (err) {
    if (err instanceof CliError) throw err
    throw usageError(err instanceof Error ? err.message : String(err))
  }
}
