import { randomUUID } from 'node:crypto'
import {
  type CreateLocationRequest,
  LocationServiceService,
} from '@defguard/proto/admin/v1/locations'
import type { Command } from 'commander'
import type { Cli, Context } from '../cli.js'
import { usageError } from '../cli-error.js'
import { LARGE_DEADLINE_MS } from '../core-client.js'
import { teach } from '../help.js'
import {
  endpointOf,
  locationFacts,
  locationStatus,
  toLocationJson,
  toLocationStatusJson,
  whoMayUse,
} from '../locations.js'
import { collect, pages } from '../paging.js'
import { parseKeepalive, parseList, parsePort, parseThreshold } from '../parse-options.js'
import { present } from '../present.js'
import { table } from '../table.js'
import { addLocationChangeCommands } from './location-changes.js'
import { addGatewayTokenCommands } from './location-gateway-token.js'
import { addLocationImportCommand } from './location-import.js'
import { addServerConfigCommand } from './location-server-config.js'
import { addLocationWatchCommand } from './location-watch.js'

interface CreateOptions {
  readonly name: string
  readonly address: string[]
  readonly endpoint: string
  readonly port: number
  readonly dns?: string[]
  readonly allowedIps?: string[]
  readonly allowedGroup?: string[]
  readonly everyone?: boolean
  readonly keepalive: number
  readonly peerDisconnectThreshold?: number
}

export function addLocationCommands(program: Command, cli: Cli): void {
  const location = program.command('location').description('VPNs that devices can connect to')

  const create = location
    .command('create')
    .description('add a VPN with keys of its own')
    .requiredOption('--name <name>', 'its name, as people will see it')
    .requiredOption(
      '--address <cidrs>',
      "its networks with the server's own address, such as 10.1.1.1/24,fd00::1/64",
      parseList,
    )
    .requiredOption('--endpoint <host>', 'public host name or address of its server')
    .requiredOption('--port <number>', 'UDP port of its server', parsePort)
    .option('--dns <list>', 'resolvers and search domains for its devices', parseList)
    .option('--allowed-ips <cidrs>', 'what goes into the tunnel (default: its networks)', parseList)
    .option('--allowed-group <names>', 'who may use it, comma-separated or repeated', parseList)
    .option('--everyone', 'everybody may use it (the default without --allowed-group)')
    .option('--keepalive <seconds>', 'between keepalives; 0 for none', parseKeepalive, 25)
    .option(
      '--peer-disconnect-threshold <seconds>',
      'without a handshake, after which a device counts as gone (300)',
      parseThreshold,
    )
    .action(cli.asAdmin<CreateOptions>(createLocation))
  teach(create, {
    examples: [
      'location create --name Office --address 10.1.1.1/24 --endpoint vpn.example.com --port 51820',
      'location create --name Lab --address 10.2.0.1/24,fd00:2::1/64 --endpoint lab.example.com --port 51820 --dns 10.2.0.1 --allowed-group staff',
    ],
    next: 'Next: "defguard-admin location server-config NAME > wg0.conf" for its WireGuard server.',
  })

  const list = location.command('list').description('list VPNs').action(cli.asAdmin(listLocations))
  teach(list, { examples: ['location list', 'location list --json'] })

  const show = location
    .command('show')
    .description('show one VPN, and who is connected to it')
    .argument('<name>', 'its name')
    .action(cli.asAdmin<object, [string]>(showLocation))
  teach(show, { examples: ['location show Office'] })

  addLocationImportCommand(location, cli)
  addLocationChangeCommands(location, cli)
  addServerConfigCommand(location, cli)
  addGatewayTokenCommands(location, cli)
  addLocationWatchCommand(location, cli)
}

async function createLocation({ core }: Context, options: CreateOptions) {
  if (options.everyone && options.allowedGroup) {
    throw usageError('--everyone and --allowed-group exclude each other.')
  }
  const reply = await core.create(
    LocationServiceService.createLocation,
    toCreateRequest(options),
    LARGE_DEADLINE_MS,
  )
  const location = present(reply.location)
  return {
    json: toLocationJson(location),
    text: locationFacts(location),
    hint: `Next: defguard-admin location server-config ${JSON.stringify(location.name)} > wg0.conf`,
  }
}

function toCreateRequest(options: CreateOptions): CreateLocationRequest {
  return {
    request_id: randomUUID(),
    name: options.name,
    addresses: options.address,
    endpoint: options.endpoint,
    port: options.port,
    dns: options.dns ?? [],
    allowed_ips: options.allowedIps ?? [],
    allow_all_groups: options.allowedGroup === undefined,
    allowed_groups: options.allowedGroup ?? [],
    keepalive_interval: options.keepalive,
    peer_disconnect_threshold: options.peerDisconnectThreshold,
  }
}

async function listLocations({ core }: Context) {
  const locations = await collect(
    pages(
      (page) => core.call(LocationServiceService.listLocations, { page }),
      (reply) => reply.locations,
    ),
  )
  return {
    json: locations.map(toLocationJson),
    text: table(locations, {
      ID: (location) => location.id,
      NAME: (location) => location.name,
      ADDRESSES: (location) => location.addresses.join(', '),
      ENDPOINT: endpointOf,
      'MAY USE': whoMayUse,
    }),
    hint: locations.length === 0 ? 'None. Add one: defguard-admin location create' : undefined,
  }
}

async function showLocation({ core }: Context, _options: object, name: string) {
  const reply = await core.call(LocationServiceService.getLocation, { name })
  const [location, status] = [present(reply.location), present(reply.status)]
  return {
    json: toLocationStatusJson(location, status),
    text: locationStatus(location, status),
  }
}
