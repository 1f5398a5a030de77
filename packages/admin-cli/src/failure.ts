import { CommanderError } from 'commander'
import { CliError, usageError } from './cli-error.js'
import { EXIT } from './exit-codes.js'
import { Interruption, type Io } from './io.js'

/**
 * Says on standard error why a run failed and returns its exit code.
 * @param helpCommand what to type to read more about the command that was meant
 */
export function reportFailure(err: unknown, io: Io, isJson: boolean, helpCommand: string): number {
  if (io.signal.aborted) return (io.signal.reason as Interruption).exitCode
  if (err instanceof Interruption) return err.exitCode
  if (err instanceof CommanderError) {
    // Help and version were asked for.
    if (err.exitCode === 0) return EXIT.done
    // A group of commands without a command has printed its help already.
    if (err.code === 'commander.help' && !isJson) return EXIT.usage
  }
  const failure = toFailure(err, helpCommand)
  io.stderr.write(isJson ? toJson(failure) : toText(failure))
  return failure.exitCode
}

function toFailure(err: unknown, helpCommand: string): CliError {
  if (err instanceof CliError) return err
  if (err instanceof CommanderError) {
    const message =
      err.code === 'commander.help' ? 'a command is missing' : err.message.replace(/^error: /, '')
    return usageError(message, `See ${helpCommand}`)
  }
  return new CliError(
    EXIT.unexpected,
    'unexpected',
    err instanceof Error ? err.message : String(err),
  )
}

function toJson({ message, reason, field }: CliError): string {
  return `${JSON.stringify({ error: message, reason, field: field ?? null })}\n`
}

function toText({ message, lines, hint }: CliError): string {
  const what =
    lines.length > 0
      ? ['error: the request was refused', ...lines.map((line) => `  ${line}`)]
      : [`error: ${message}`]
  return [...what, ...(hint ? [hint] : []), ''].join('\n')
}
