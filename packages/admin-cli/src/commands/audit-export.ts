import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { AuditServiceService } from '@defguard/proto/admin/v1/audit'
import type { Command } from 'commander'
import { toAuditJson } from '../audit-events.js'
import type { Answer, Cli, Context } from '../cli.js'
import { CliError } from '../cli-error.js'
import { EXIT } from '../exit-codes.js'
import { teach } from '../help.js'
import { toJsonLine } from '../json-lines.js'
import { parseId } from '../parse-options.js'
import { present } from '../present.js'

interface Options {
  readonly after?: number
}

const SILENCE_MS = 45_000
const RECONNECT_MS = 1_000
/** So often in a row without an event it is tried again. */
const ATTEMPTS_MAX = 30

export function addAuditExportCommand(audit: Command, cli: Cli): void {
  const command = audit
    .command('export')
    .description('print all events as JSON lines, oldest first')
    .option('--after <position>', 'only those after this "position" of an earlier line', parseId)
    .action(cli.asAdmin<Options>(exportEvents))
  teach(command, {
    examples: ['audit export > audit.jsonl', 'audit export --after 48151 >> audit.jsonl'],
    next:
      'Positions have no gaps. It survives restarts of core; --after the last line goes on exactly there,\n' +
      'also in a restored database.',
  })
}

async function exportEvents(context: Context, options: Options): Promise<Answer | undefined> {
  const { core, io } = context
  const reached = { position: options.after ?? 0 }
  for (let attempts = 0; ; attempts++) {
    const before = reached.position
    try {
      await print(context, reached)
      return undefined
    } catch (err) {
      const isAway = err instanceof CliError && err.exitCode === EXIT.unreachable
      if (reached.position > before) attempts = 0
      if (!isAway || attempts >= ATTEMPTS_MAX || reached.position === 0) throw err
      if (attempts === 0 && !context.options.quiet)
        io.stderr.write(`Lost core at ${core.address.url}; trying again.\n`)
    }
    await delay(RECONNECT_MS, undefined, { signal: io.signal })
  }
}

async function print({ core, io }: Context, reached: { position: number }): Promise<void> {
  const request = { after_position: reached.position }
  const pieces = core.follow(AuditServiceService.exportAuditEvents, request, SILENCE_MS)
  for await (const { position, link, event } of pieces) {
    const line = toJsonLine({ position, link, ...toAuditJson(present(event)) })
    if (!io.stdout.write(line)) await once(io.stdout, 'drain', { signal: io.signal })
    // Only now: what was not printed comes again.
    reached.position = position
  }
}
