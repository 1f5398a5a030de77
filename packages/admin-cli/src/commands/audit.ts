import {
  AuditDamage,
  AuditResult,
  AuditServiceService,
  type AuditVerdict,
  type VerifyAuditResponse,
} from '@defguard/proto/admin/v1/audit'
import { type Command, Option } from 'commander'
import { AUDIT_ROWS, toAuditJson } from '../audit-events.js'
import type { Answer, Cli, Context } from '../cli.js'
import { EXIT } from '../exit-codes.js'
import { teach } from '../help.js'
import { collect, pages } from '../paging.js'
import { parseId, parseInstant } from '../parse-options.js'
import { present } from '../present.js'
import { ProgressBar } from '../progress-bar.js'
import { facts, table } from '../table.js'
import { numberOf, wordOf, wordsOf } from '../words.js'
import { addAuditExportCommand } from './audit-export.js'

interface ListOptions {
  readonly since?: number
  readonly until?: number
  readonly user?: string
  readonly action?: string
  readonly result?: string
  readonly ip?: string
  readonly limit: number
}

const LIMIT = 100
/** Core says something after every thousand events. */
const SILENCE_MS = 60_000

export function addAuditCommands(program: Command, cli: Cli): void {
  const audit = program
    .command('audit')
    .description('who did what and when, and whether anybody has touched the record of it')

  const list = audit
    .command('list')
    .description('list events, newest first')
    .option(
      '--since <time>',
      'only from then on: 24h, 7d, 2026-01-31 or 2026-01-31T14:00Z',
      parseInstant,
    )
    .option('--until <time>', 'only before then', parseInstant)
    .option('--user <name>', 'only what this account did, or what was done to it or its links')
    .option('--action <prefix>', 'only actions that begin so, such as auth. or user.deleted')
    .addOption(new Option('--result <result>', 'only these').choices(wordsOf(AuditResult)))
    .option('--ip <address>', 'only from this address')
    .option('--limit <count>', 'so many at most', parseId, LIMIT)
    .action(cli.asAdmin<ListOptions>(listEvents))
  teach(list, {
    examples: [
      'audit list --since 24h --result refused',
      'audit list --user anna --action enrollment.',
      'audit list --json',
    ],
  })

  addAuditExportCommand(audit, cli)

  const verify = audit
    .command('verify')
    .description(
      'check that nothing was changed, removed, added or moved; exit code 5 if anything was',
    )
    .option(
      '--since-link <position:link>',
      'check from a link on that core has logged ("audit chain")',
    )
    .action(cli.asAdmin<{ sinceLink?: string }>(verifyLog))
  teach(verify, {
    examples: ['audit verify', 'audit verify --since-link 48151:9f86d081…'],
    next:
      'Core logs the newest link every minute. Only with one of these, kept where nobody who owns the\n' +
      'database can change it, does it show that the whole database was put back to an earlier state.',
  })
}

async function listEvents({ core }: Context, options: ListOptions): Promise<Answer> {
  const { since, until, user, action, result, ip, limit } = options
  const filter = {
    since_timestamp: since ?? 0,
    until_timestamp: until ?? 0,
    username: user ?? '',
    action: action ?? '',
    result: numberOf(AuditResult, result),
    ip: ip ?? '',
  }
  const all = pages(
    (page) => core.call(AuditServiceService.listAuditEvents, { page, ...filter }),
    (reply) => reply.events,
    limit + 1,
  )
  const events = await collect(all, limit + 1)
  const shown = events.slice(0, limit)
  const hint = shown.length === 0 ? 'No such events.' : undefined
  const more = 'There are more: --limit shows them, "defguard-admin audit export" gives all.'
  return {
    json: shown.map(toAuditJson),
    text: table(shown, AUDIT_ROWS),
    hint: events.length > limit ? more : hint,
  }
}

const DAMAGES: Readonly<Record<AuditDamage, string>> = {
  [AuditDamage.UNSPECIFIED]: 'none',
  [AuditDamage.EDITED]: 'an event was edited',
  [AuditDamage.REMOVED]: 'events were removed',
  [AuditDamage.INSERTED]: 'an event was put there afterwards',
  [AuditDamage.REORDERED]: 'events have changed places',
  [AuditDamage.CUT_OFF]: 'the newest events are gone',
  [AuditDamage.FORGED]: 'a link was not made by core',
}

async function verifyLog(
  { core, io, options }: Context,
  { sinceLink }: { sinceLink?: string },
): Promise<Answer> {
  const bar = new ProgressBar(io, !options.quiet && !options.json)
  const request = { since_link: sinceLink ?? '' }
  let last: VerifyAuditResponse | undefined
  for await (const piece of core.follow(AuditServiceService.verifyAudit, request, SILENCE_MS)) {
    last = piece
    bar.show('Checking', piece.checked, piece.total)
  }
  bar.clear()
  return toAnswer(present(last?.verdict), present(last).checked)
}

function toAnswer(verdict: AuditVerdict, checked: number): Answer {
  const { damage, event_id, position, waiting } = verdict
  const isIntact = damage === AuditDamage.UNSPECIFIED
  const intactLink = `${verdict.intact_position}:${verdict.intact_link}`
  return {
    json: {
      intact: isIntact,
      damage: isIntact ? null : wordOf(AuditDamage, damage),
      event_id: event_id ?? null,
      position: position ?? null,
      checked,
      waiting,
      intact_link: intactLink,
    },
    text: facts({
      Damage: DAMAGES[damage],
      'First event': event_id,
      'Its position': position,
      Checked: checked,
      'Without a link yet': isIntact ? waiting : undefined,
      'Intact up to': intactLink,
    }),
    hint: isIntact ? undefined : 'Keep the database as it is, and compare it with a backup.',
    exitCode: isIntact ? EXIT.done : EXIT.refused,
  }
}
