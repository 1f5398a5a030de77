import {
  EnrollmentAdminServiceService,
  type EnrollmentEvent,
  EnrollmentEventKind,
  TokenKind,
} from '@defguard/proto/admin/v1/enrollments'
import type { Command } from 'commander'
import type { Answer, Cli, Context } from '../cli.js'
import { teach } from '../help.js'
import { toJsonLine } from '../json-lines.js'
import { keepFollowing, print, SILENCE_MS } from '../keep-following.js'
import { plain } from '../table.js'
import { toLocalTime, toRfc3339 } from '../timestamps.js'
import { wordOf } from '../words.js'

interface Options {
  readonly since?: string
}

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

async function watchEnrollments(context: Context, { since }: Options): Promise<Answer | undefined> {
  const { core, io, options } = context
  const { watchEnrollments: method } = EnrollmentAdminServiceService
  let position = since ?? ''
  return keepFollowing(context, async (hear) => {
    const events = core.follow(method, { cursor: position }, SILENCE_MS)
    for await (const { cursor, event } of events) {
      hear()
      if (event)
        await print(
          io,
          options.json ? toJsonLine(toEventJson(event, cursor)) : `${toLine(event)}\n`,
        )
      // Only now: what was not printed comes again.
      position = cursor
    }
  })
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
