import { isIP } from 'node:net'
import { join } from 'node:path'
import { type AlternativeName, ROLES, type Role } from '@defguard/runtime/certificate-role'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { CertificateFolder } from '../certificates/folder.js'
import { issuedFacts, issuedTable, secondsOf, toIssuedJson } from '../certificates.js'
import type { Cli, OfflineContext } from '../cli.js'
import { configFolder } from '../config-folder.js'
import { teach } from '../help.js'
import { parseInteger, parseList } from '../parse-options.js'
import { facts } from '../table.js'
import { toLocalTime, toRfc3339 } from '../timestamps.js'
import { addCertRenewCommand } from './cert-renew.js'

export interface FolderOptions {
  readonly dir?: string
}

interface IssueOptions extends FolderOptions {
  readonly role: Role
  readonly name?: string
  readonly dns?: readonly string[]
  readonly ip?: readonly string[]
  readonly days?: number
}

export const DAY_MS = 24 * 3_600_000

/** A core that only programs of its machine call. */
const THIS_MACHINE = { dns: ['localhost'], ip: ['127.0.0.1', '::1'] }

export function addCertCommands(program: Command, cli: Cli): void {
  const cert = program
    .command('cert')
    .description('a private CA, and certificates for core, proxies and admins; needs no core')

  const init = inFolder(cert.command('init'))
    .description('make a private CA')
    .option('--name <name>', 'what certificates call it', parseCaName, 'Defguard private CA')
    .action(cli.offline<FolderOptions & { name: string }>(initFolder))
  teach(init, {
    examples: ['cert init', 'cert init --dir /etc/defguard/certificates --name "Example CA"'],
    next: 'Whoever has ca.key can be anybody: keep the folder where neither core nor a proxy runs.',
  })

  const issue = inFolder(cert.command('issue'))
    .description('make a key and a certificate for one that runs')
    .addOption(new Option('--role <role>', 'what it is').choices(ROLES).makeOptionMandatory())
    .option('--name <name>', 'of its folder, and in the certificate (default: the role)')
    .option('--dns <names>', 'host names that core is reached by', parseHostNames)
    .option('--ip <addresses>', 'addresses that core is reached by', parseAddresses)
    .option('--days <number>', 'how long it is good (default: 30)', parseDays)
    .action(cli.offline<IssueOptions>(issueCertificate))
  teach(issue, {
    examples: [
      'cert issue --role core --dns core.internal --ip 10.0.0.5',
      'cert issue --role proxy --name proxy-1',
      'cert issue --role admin --name anna --days 7',
    ],
    next: 'Each folder has all that its holder needs. Next: "defguard-admin cert renew", every day.',
  })

  const list = inFolder(cert.command('list'))
    .description('list certificates, and until when they are good')
    .action(cli.offline<FolderOptions>(listCertificates))
  teach(list, { examples: ['cert list', 'cert list --json'] })

  const show = inFolder(cert.command('show'))
    .description('show a certificate, and the variables that name its files')
    .argument('<name>', 'its name')
    .action(cli.offline<FolderOptions, [string]>(showCertificate))
  teach(show, { examples: ['cert show core'] })

  addCertRenewCommand(cert, cli)
}

export function inFolder(command: Command): Command {
  return command.option('--dir <folder>', 'where the CA is (default: with your settings)')
}

/** Loaded when it is needed: no other command makes certificates. */
export async function openFolder(
  { io }: OfflineContext,
  { dir }: FolderOptions,
): Promise<CertificateFolder> {
  const { CertificateFolder } = await import('../certificates/folder.js')
  return new CertificateFolder(dir ?? join(configFolder(io), 'certificates'))
}

export function parseDays(text: string): number {
  return parseInteger(text, 1, 825)
}

async function initFolder(context: OfflineContext, options: FolderOptions & { name: string }) {
  const folder = await openFolder(context, options)
  const { validToDate } = await folder.init(options.name, new Date())
  const until = secondsOf(validToDate)
  return {
    json: { name: options.name, dir: folder.path, not_after: toRfc3339(until) },
    text: facts({ Name: options.name, Folder: folder.path, 'Good until': toLocalTime(until) }),
    hint: 'Next: defguard-admin cert issue --role core --dns NAME',
  }
}

async function issueCertificate(context: OfflineContext, options: IssueOptions) {
  const folder = await openFolder(context, options)
  const { role, name = role, days = 30 } = options
  const now = new Date()
  const request = { role, names: namesOf(options), lifetimeMs: days * DAY_MS }
  const issued = await folder.issue(name, request, now)
  return {
    json: toIssuedJson(folder, issued, now),
    text: issuedFacts(folder, issued, now),
    hint: `Give it ${join(folder.path, name)} and nothing else. Renew: defguard-admin cert renew`,
  }
}

function namesOf({ role, dns, ip }: IssueOptions): AlternativeName[] {
  const given = { dns: dns ?? [], ip: ip ?? [] }
  const isNameless = given.dns.length + given.ip.length === 0
  const names = role === 'core' && isNameless ? THIS_MACHINE : given
  return [
    ...names.dns.map((value) => ({ type: 'DNS', value })),
    ...names.ip.map((value) => ({ type: 'IP Address', value })),
  ]
}

async function listCertificates(context: OfflineContext, options: FolderOptions) {
  const folder = await openFolder(context, options)
  const [list, now] = [await folder.list(), new Date()]
  return {
    json: list.map((issued) => toIssuedJson(folder, issued, now)),
    text: issuedTable(list, now),
  }
}

async function showCertificate(context: OfflineContext, options: FolderOptions, name: string) {
  const folder = await openFolder(context, options)
  const [issued, now] = [await folder.get(name), new Date()]
  return { json: toIssuedJson(folder, issued, now), text: issuedFacts(folder, issued, now) }
}

/** X.509 has room for 64 characters. */
function parseCaName(text: string): string {
  if (!/^[^\p{Cc}]{1,64}$/u.test(text.trim()))
    throw new InvalidArgumentError('It must have 1 to 64 characters.')
  return text.trim()
}

const HOST_NAME = /^(\*\.)?([a-z\d]([a-z\d-]{0,61}[a-z\d])?\.)*[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/i

function parseHostNames(text: string, before: readonly string[] = []): string[] {
  const names = parseList(text, before)
  const odd = names.find((name) => !HOST_NAME.test(name) || name.length > 253 || isIP(name))
  if (odd !== undefined) throw new InvalidArgumentError(`"${odd}" is no host name.`)
  return names
}

function parseAddresses(text: string, before: readonly string[] = []): string[] {
  const addresses = parseList(text, before)
  const odd = addresses.find((address) => isIP(address) === 0)
  if (odd !== undefined) throw new InvalidArgumentError(`"${odd}" is no IP address.`)
  return addresses
}
