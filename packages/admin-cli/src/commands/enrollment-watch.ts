import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import {
  EnrollmentAdminServiceService,
  type EnrollmentEvent,
  EnrollmentEventKind,
  TokenKind,
} from '@defguard/proto/admin/v1/enrollments'
import type { Command } from 'commander'
import type { Answer, Cli, Context } from '../cli.js'
import { CliError } from '../cli-error.js'
import { EXIT } from '../exit-codes.js'
import { teach } from '../help.js'
import { toJsonLine } from '../json-lines.js'
import { plain } from '../table.js'
import { toLocalTime, toRfc3339 } from '../timestamps.js'
import { wordOf } from '../words.js'

interface Options {
  readonly since?: string
}

/** Core's heartbeats come every 15 s. */
const SILENCE_MS = 45_000
const RECONNECT_MS = 1_000
const KIND_WIDTH = 'new_link_requested'.length

export function addWatchCommand(enrollment: Command, cli: Cli): void {
  const watch = enrollment
    .command('watch')
    .description('show what happens to invitations while it happens, until Ctrl-C')
    .option('--since <cursor>', 'begin after this point: the "cursor" of a line of --json')
    .action(cli.asAdmin<Options>(watchEnrollments))
  teach(watch, {
    examples: ['enrollment watch', 'enrollment watch --json | jq -r .kind'],
    next:
      'It survives restarts of core and misses nothing. With --json each line has a cursor: keep the\n' +
      'last one, and --since goes on exactly there.',
  })
}

/** Goes on where it was whenever core goes away; ends when core refuses, or nobody wants more. */
async function watchEnrollments(context: Context, { since }: Options): Promise<Answer | undefined> {
  const { core, io, options } = context
  const position = { cursor: since ?? '', isNew: true }
  for (;;) {
    try {
      await follow(context, position)
    } catch (err) {
      const isAway = err instanceof CliError && err.exitCode === EXIT.unreachable
      // Somebody who has never heard from core should know at once.
      if (!isAway || position.isNew) throw err
      if (!options.quiet) io.stderr.write(`Lost core at ${core.address.url}; trying again.\n`)
    }
    await delay(RECONNECT_MS, undefined, { signal: io.signal })
  }
}

async function follow(
  { core, io, options }: Context,
  position: { cursor: string; isNew: boolean },
): Promise<void> {
  const { watchEnrollments: method } = EnrollmentAdminServiceService
  for await (const { cursor, event } of core.follow(
    method,
    { cursor: position.cursor },
    SILENCE_MS,
  )) {
    if (position.isNew && !options.json && !options.quiet) io.stderr.write('Watching.\n')
    position.isNew = false
    if (event) {
      const line = options.json ? toJsonLine(toEventJson(event, cursor)) : `${toLine(event)}\n`
      if (!io.stdout.write(line)) await once(io.stdout, 'drain', { signal: io.signal })
    }
    // Only now: what was not printed comes again.
    position.cursor = cursor
  }
}

function toEventJson(event: EnrollmentEvent, cursor: string) {
  return {
    cursor,
    id: event.id,
    at: toRfc3339(event.timestamp),
    kind: wordOf(EnrollmentEventKind, event.kind),
    token: event.token_id ?? null,
    token_kind:
      event.token_kind === TokenKind.UNSPECIFIED ? null : wordOf(TokenKind, event.token_kind),
    user: event.user ?? null,
    actor: event.actor ?? null,
    device: event.device ?? null,
    reason: event.reason ?? null,
    ip: event.ip ?? null,
    mail_kind: event.mail_kind ?? null,
    mail_error: event.mail_error ?? null,
  }
}

function toLine(event: EnrollmentEvent): string {
  const details = [
    event.device && `device ${event.device}`,
    event.reason,
    event.mail_kind,
    event.mail_error,
    event.token_id && `token ${event.token_id}`,
    event.actor !== event.user && event.actor && `by ${event.actor}`,
    event.ip && `from ${event.ip}`,
  ]
  return [
    toLocalTime(event.timestamp),
    wordOf(EnrollmentEventKind, event.kind).padEnd(KIND_WIDTH),
    plain(event.user),
    ...details.flatMap((detail) => (detail ? [plain(detail)] : [])),
  ].join('  ')
}
