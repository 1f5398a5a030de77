import {
  ImportOutcome,
  type ImportUsersRequest,
  type ImportUsersResponse,
  UserServiceService,
} from '@defguard/proto/admin/v1/users'
import type { Command } from 'commander'
import type { Answer, Cli, Context } from '../cli.js'
import { CliError } from '../cli-error.js'
import { EXIT, type ExitCode } from '../exit-codes.js'
import { teach } from '../help.js'
import { ProgressBar } from '../progress-bar.js'
import { facts, sections, table } from '../table.js'
import { COLUMNS, readUserRows } from '../user-rows.js'

interface Options {
  readonly invite?: boolean
  readonly dryRun?: boolean
}

interface Failure {
  readonly line: number
  readonly username: string | undefined
  readonly reason: string
  readonly errors: readonly { readonly field: string | undefined; readonly message: string }[]
}

interface Report {
  created: number
  unchanged: number
  readonly failures: Map<number, Failure>
}

/** Rows that are sent and not answered: enough to keep core busy, little to keep. */
const UNDERWAY_MAX = 100

export function addImportCommand(user: Command, cli: Cli): void {
  const command = user
    .command('import')
    .description('add the people of a CSV file')
    .argument('<csv>', `UTF-8; its first line names the columns: ${COLUMNS.join(',')}`)
    .option('--invite', 'mail an invitation to everybody who is added')
    .option('--dry-run', 'only check, and report what would be done')
    .action(cli.asAdmin<Options, [string]>(importUsers))
  teach(command, {
    examples: ['user import staff.csv --dry-run', 'user import staff.csv --invite'],
    next:
      'Every row is checked before the first is added; the bad ones are reported by their lines, the\n' +
      'good ones added (exit code 7). Several groups: "staff,vpn" in quotes, or staff;vpn. It may be\n' +
      'repeated: who is there already, as the row says, is left alone. Nobody is ever changed.',
  })
}

async function importUsers(context: Context, options: Options, path: string): Promise<Answer> {
  const { invite = false, dryRun = false } = options
  const checked = newReport()
  await send(context, path, { dry_run: true, invite }, checked)
  if (dryRun) return toAnswer(checked, true)
  const done = newReport(checked.failures)
  try {
    await send(context, path, { dry_run: false, invite }, done, checked.created + checked.unchanged)
  } catch (err) {
    throw done.created > 0 && err instanceof CliError ? toCutShort(err, done) : err
  }
  return toAnswer(done, false)
}

function newReport(failures: ReadonlyMap<number, Failure> = new Map()): Report {
  return { created: 0, unchanged: 0, failures: new Map(failures) }
}

/** Sends the rows that have not failed, and notes in the report what becomes of them. */
async function send(
  { core, io, options: { json, quiet } }: Context,
  path: string,
  options: { readonly dry_run: boolean; readonly invite: boolean },
  report: Report,
  total?: number,
): Promise<void> {
  const progress = new ProgressBar(io, !json && !quiet)
  const underway = new Map<number, string>()
  let makeRoom = () => {}
  async function* requests(): AsyncGenerator<ImportUsersRequest> {
    yield { options, row: undefined }
    for await (const read of readUserRows(path)) {
      const { line } = read
      if ('problem' in read) {
        const { username, field, message } = read.problem
        const errors = [{ field, message }]
        report.failures.set(line, { line, username, reason: 'invalid_row', errors })
      } else if (!report.failures.has(line)) {
        underway.set(line, read.row.username)
        yield { options: undefined, row: read.row }
        if (underway.size >= UNDERWAY_MAX) {
          await new Promise<void>((resolve) => {
            makeRoom = resolve
          })
        }
      }
    }
  }
  try {
    let count = 0
    for await (const reply of core.exchange(UserServiceService.importUsers, requests())) {
      note(report, reply, underway.get(reply.line))
      underway.delete(reply.line)
      if (underway.size < UNDERWAY_MAX / 2) makeRoom()
      progress.show(options.dry_run ? 'Checking' : 'Importing', ++count, total)
    }
  } finally {
    makeRoom()
    progress.clear()
  }
}

function note(report: Report, reply: ImportUsersResponse, username: string | undefined): void {
  const { line, outcome, violations } = reply
  if (outcome === ImportOutcome.CREATED) report.created++
  else if (outcome === ImportOutcome.UNCHANGED) report.unchanged++
  else {
    const message = reply.message ?? 'was refused'
    const errors = violations.length > 0 ? violations : [{ field: undefined, message }]
    report.failures.set(line, { line, username, reason: reply.reason ?? 'refused', errors })
  }
}

function toAnswer(report: Report, isDryRun: boolean): Answer {
  const failures = [...report.failures.values()].sort((a, b) => a.line - b.line)
  const { created, unchanged } = report
  return {
    json: {
      dry_run: isDryRun,
      created,
      unchanged,
      refused: failures.length,
      failures: failures.map(({ line, username, reason, errors }) => ({
        line,
        username: username ?? null,
        reason,
        errors: errors.map(({ field, message }) => ({ field: field ?? null, message })),
      })),
    },
    text: sections(
      facts({
        [isDryRun ? 'Would be added' : 'Added']: created,
        Unchanged: unchanged,
        Refused: failures.length,
      }),
      table(failures, {
        LINE: ({ line }) => line,
        USERNAME: ({ username }) => username,
        PROBLEM: ({ errors }) => errors.map(toSentence).join('; '),
      }),
    ),
    hint: hintOf(failures.length, isDryRun),
    exitCode: exitCodeOf(report, isDryRun),
  }
}

function toSentence({ field, message }: Failure['errors'][number]): string {
  return field === undefined ? message : `${field}: ${message}`
}

function hintOf(failureCount: number, isDryRun: boolean): string | undefined {
  if (isDryRun) return 'Nothing was changed.'
  if (failureCount === 0) return undefined
  return 'Correct these lines and import the same file again: the others are left alone.'
}

function exitCodeOf({ created, unchanged, failures }: Report, isDryRun: boolean): ExitCode {
  if (failures.size === 0) return EXIT.done
  return !isDryRun && created + unchanged > 0 ? EXIT.partlyDone : EXIT.refused
}

function toCutShort(err: CliError, { created }: Report): CliError {
  const message = `${err.message} ${created} people were added before.`
  return new CliError(EXIT.partlyDone, err.reason, message, {
    hint: 'Import the same file again: it goes on where it stopped.',
  })
}
