import type { Command } from 'commander'
import type { CertificateFolder } from '../certificates/folder.js'
import { issuedTable, stateOf, toIssuedJson } from '../certificates.js'
import type { Cli, OfflineContext } from '../cli.js'
import { CliError } from '../cli-error.js'
import { teach } from '../help.js'
import { doEach, exitCodeOf, failuresOf, toOutcomeJson } from '../outcomes.js'
import { facts, sections } from '../table.js'
import { DAY_MS, type FolderOptions, inFolder, openFolder, parseDays } from './cert.js'

interface RenewOptions extends FolderOptions {
  readonly all?: boolean
  readonly days?: number
}

export function addCertRenewCommand(cert: Command, cli: Cli): void {
  const renew = inFolder(cert.command('renew'))
    .description('give certificates that are about to expire new keys, for the same role and hosts')
    .argument('[names...]', 'these, whether due or not')
    .option('--all', 'all of them, whether due or not')
    .option('--days <number>', 'how long they are good (default: as long as before)', parseDays)
    .action(cli.offline<RenewOptions, [string[]]>(renewCertificates))
  teach(renew, {
    examples: ['cert renew', 'cert renew core', 'cert renew --all --days 7'],
    next:
      'Run it every day: it does nothing while more than a third of a certificate’s time is left.\n' +
      'Core and proxy notice new files by themselves.',
  })
}

async function renewCertificates(
  context: OfflineContext,
  options: RenewOptions,
  names: readonly string[],
) {
  const folder = await openFolder(context, options)
  const now = new Date()
  const chosen = names.length > 0 ? names : await choose(folder, options, now)
  const lifetimeMs = options.days === undefined ? undefined : options.days * DAY_MS
  const outcomes = await doEach(chosen, (name) => folder.renew(name, now, lifetimeMs))
  const failures = failuresOf(outcomes)
  const renewed = outcomes.flatMap(({ result }) => (result instanceof CliError ? [] : [result]))
  return {
    json: outcomes.map((outcome) =>
      toOutcomeJson(outcome, (issued) => toIssuedJson(folder, issued, now)),
    ),
    text: sections(
      issuedTable(renewed, now),
      ...failures.map(({ message }) => facts({ Failed: message })),
    ),
    hint:
      renewed.length > 0 ? 'Bring the changed folders to their holders.' : 'Nothing is renewed.',
    exitCode: exitCodeOf(outcomes),
  }
}

async function choose(
  folder: CertificateFolder,
  { all }: RenewOptions,
  now: Date,
): Promise<string[]> {
  const list = await folder.list()
  return list.filter((issued) => all || stateOf(issued, now) !== 'good').map(({ name }) => name)
}
