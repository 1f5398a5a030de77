import { CliError } from './cli-error.js'
import { EXIT, type ExitCode } from './exit-codes.js'

/** What became of one of several things that a command was to do. */
export interface Outcome<T> {
  /** As it was named. */
  readonly reference: string
  readonly result: T | CliError
}

/** One after the other: a refusal stops none of the others, but without core there is no point. */
export async function doEach<T>(
  references: readonly string[],
  act: (reference: string) => Promise<T>,
): Promise<Outcome<T>[]> {
  const outcomes: Outcome<T>[] = []
  let outage: CliError | undefined
  for (const reference of new Set(references)) {
    const result =
      outage ??
      (await act(reference).catch((err: unknown) => {
        if (err instanceof CliError) return err
        throw err
      }))
    if (result instanceof CliError && result.exitCode === EXIT.unreachable) outage = result
    outcomes.push({ reference, result })
  }
  return outcomes
}

export function failuresOf(outcomes: readonly Outcome<unknown>[]): CliError[] {
  return outcomes.flatMap(({ result }) => (result instanceof CliError ? [result] : []))
}

/** The document of an outcome: what was done, or why it was not. */
export function toOutcomeJson<T>({ reference, result }: Outcome<T>, toJson: (done: T) => object) {
  if (!(result instanceof CliError)) return { reference, ...toJson(result) }
  const { message, reason, field } = result
  return { reference, error: message, reason, field: field ?? null }
}

export function exitCodeOf(outcomes: readonly Outcome<unknown>[]): ExitCode {
  const [first, ...more] = failuresOf(outcomes)
  if (!first) return EXIT.done
  return more.length + 1 < outcomes.length ? EXIT.partlyDone : first.exitCode
}
