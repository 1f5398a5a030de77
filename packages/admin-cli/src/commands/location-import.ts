import { randomUUID } from 'node:crypto'
import {
  type ImportLocationResponse,
  LocationServiceService,
  UnmappedReason,
} from '@defguard/proto/admin/v1/locations'
import type { Command } from 'commander'
import type { Answer, Cli, Context } from '../cli.js'
import { usageError } from '../cli-error.js'
import { LARGE_DEADLINE_MS } from '../core-client.js'
import { teach } from '../help.js'
import { locationFacts, toLocationJson } from '../locations.js'
import { parseList } from '../parse-options.js'
import { present } from '../present.js'
import { sections, table, verbatim } from '../table.js'
import { readTextFile } from '../text-files.js'

interface Options {
  readonly name: string
  readonly endpoint: string
  readonly allowedGroup?: string[]
  readonly everyone?: boolean
  readonly dryRun?: boolean
}

export function addLocationImportCommand(location: Command, cli: Cli): void {
  const command = location
    .command('import')
    .description('take over a WireGuard server that runs already')
    .argument('<file>', 'its wg-quick file, private key included; - for standard input')
    .requiredOption('--name <name>', 'the name of the VPN, as people will see it')
    .requiredOption('--endpoint <host>', 'public host name or address of the server')
    .option('--allowed-group <names>', 'who may use it, comma-separated or repeated', parseList)
    .option('--everyone', 'everybody may use it (the default without --allowed-group)')
    .option('--dry-run', 'only show what would become of it')
    .action(cli.asAdmin<Options, [string]>(importLocation))
  teach(command, {
    examples: [
      'location import /etc/wireguard/wg0.conf --name Office --endpoint vpn.example.com --dry-run',
      'ssh vpn sudo cat /etc/wireguard/wg0.conf | defguard-admin location import - --name Office --endpoint vpn.example.com',
    ],
    next: 'Peers whose key is the device of somebody who may use the VPN keep their addresses; the\nothers are listed and left out.',
  })
}

async function importLocation(
  { core, io }: Context,
  options: Options,
  file: string,
): Promise<Answer> {
  if (options.everyone && options.allowedGroup) {
    throw usageError('--everyone and --allowed-group exclude each other.')
  }
  const request = {
    request_id: randomUUID(),
    name: options.name,
    endpoint: options.endpoint,
    allow_all_groups: options.allowedGroup === undefined,
    allowed_groups: options.allowedGroup ?? [],
    config: await readTextFile(io, 'The argument', file),
    dry_run: options.dryRun ?? false,
  }
  const reply = await core.create(LocationServiceService.importLocation, request, LARGE_DEADLINE_MS)
  const name = JSON.stringify(options.name)
  return {
    json: toJson(reply, options),
    text: describe(reply),
    hint: options.dryRun
      ? 'Nothing was made. Run it again without --dry-run.'
      : `Next: defguard-admin location server-config ${name} --sync, for its server.`,
  }
}

function toJson(reply: ImportLocationResponse, { dryRun = false }: Options) {
  const { id, ...location } = toLocationJson(present(reply.location))
  return {
    id: dryRun ? null : id,
    ...location,
    mapped: reply.mapped.map(({ line, pubkey, device_id, device, user, addresses }) => ({
      line,
      pubkey,
      device_id,
      device,
      user,
      addresses,
    })),
    unmapped: reply.unmapped.map(({ line, pubkey, addresses, reason }) => ({
      line,
      pubkey,
      addresses,
      reason: REASONS[reason].word,
    })),
    ignored: reply.ignored.map(({ setting, line, count }) => ({ setting, line, count })),
    other_devices: reply.other_devices,
  }
}

function describe(reply: ImportLocationResponse) {
  return sections(
    locationFacts(present(reply.location)),
    table(reply.mapped, {
      LINE: (peer) => peer.line,
      'KEPT DEVICE': (peer) => peer.device,
      USER: (peer) => peer.user,
      ADDRESSES: (peer) => peer.addresses.join(', '),
    }),
    table(reply.unmapped, {
      LINE: (peer) => peer.line,
      'LEFT OUT': (peer) => peer.pubkey,
      ADDRESSES: (peer) => peer.addresses.join(', '),
      WHY: (peer) => REASONS[peer.reason].text,
    }),
    table(reply.ignored, {
      LINE: (setting) => setting.line,
      'IGNORED SETTING': (setting) => setting.setting,
      LINES: (setting) => setting.count,
    }),
    verbatim(`${reply.other_devices} other devices have an address there.`),
  )
}

const REASONS: Readonly<Record<UnmappedReason, { word: string; text: string }>> = {
  [UnmappedReason.UNKNOWN_KEY]: { word: 'unknown_key', text: 'no device has this key' },
  [UnmappedReason.NOT_ALLOWED]: { word: 'not_allowed', text: 'its owner may not use this VPN' },
  [UnmappedReason.NETWORK_DEVICE]: {
    word: 'network_device',
    text: 'a network device stays where it is',
  },
  [UnmappedReason.UNSPECIFIED]: { word: 'unknown', text: 'unknown' },
}
