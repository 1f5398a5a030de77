import { Location, LocationServiceService } from '@defguard/proto/admin/v1/locations'
import type { Command } from 'commander'
import { assertConfirmed, type Cli, type Context } from '../cli.js'
import { usageError } from '../cli-error.js'
import { LARGE_DEADLINE_MS } from '../core-client.js'
import { unreachedHint } from '../gateways.js'
import { teach } from '../help.js'
import { locationFacts, toLocationJson } from '../locations.js'
import { parseKeepalive, parseList, parsePort, parseThreshold } from '../parse-options.js'
import { present } from '../present.js'

interface UpdateOptions {
  readonly name?: string
  readonly address?: string[]
  readonly endpoint?: string
  readonly port?: number
  readonly dns?: string[]
  readonly allowedIps?: string[]
  readonly allowedGroup?: string[]
  readonly everyone?: boolean
  readonly keepalive?: number
  readonly peerDisconnectThreshold?: number
}

export function addLocationChangeCommands(location: Command, cli: Cli): void {
  const update = location
    .command('update')
    .description('change a VPN, for all devices at once')
    .argument('<name>', 'its name')
    .option('--name <name>', 'its name from now on')
    .option('--address <cidrs>', "all of its networks with the server's own address", parseList)
    .option('--endpoint <host>', 'public host name or address of its server')
    .option('--port <number>', 'UDP port of its server', parsePort)
    .option('--dns <list>', 'resolvers and search domains; "" for none', parseList)
    .option('--allowed-ips <cidrs>', 'what goes into the tunnel; "" for its networks', parseList)
    .option('--allowed-group <names>', 'all who may use it', parseList)
    .option('--everyone', 'everybody may use it')
    .option('--keepalive <seconds>', 'between keepalives; 0 for none', parseKeepalive)
    .option(
      '--peer-disconnect-threshold <seconds>',
      'without a handshake, after which a device counts as gone',
      parseThreshold,
    )
    .action(cli.asAdmin<UpdateOptions, [string]>(updateLocation))
  teach(update, {
    examples: [
      'location update Office --address 10.1.0.1/16,fd00::1/64',
      'location update Office --allowed-group staff,contractors',
      'location update Office --everyone',
    ],
    next:
      'Lists replace what was there. Devices keep every address that still fits; the others move\n' +
      'to the lowest free ones. Nothing is changed when they do not all fit.',
  })

  const remove = location
    .command('delete')
    .description('remove a VPN with its keys and addresses; its devices stay')
    .argument('<name>', 'its name')
    .action(cli.asAdmin<object, [string]>(deleteLocation))
  teach(remove, { examples: ['location delete Office', 'location delete Office --yes'] })
}

async function updateLocation({ core, io }: Context, options: UpdateOptions, name: string) {
  const change = toChange(options)
  const request = {
    name,
    location: { ...Location.decode(new Uint8Array()), ...change },
    update_mask: Object.keys(change),
    expected_settings_revision: undefined,
  }
  const settings = { signal: io.signal, deadlineMs: LARGE_DEADLINE_MS }
  const reply = await core.call(LocationServiceService.updateLocation, request, settings)
  const location = present(reply.location)
  return {
    json: toLocationJson(location),
    text: locationFacts(location),
    hint: `Next: bring its server up to date with defguard-admin location server-config ${JSON.stringify(location.name)}`,
  }
}

/** Exactly what was given: its fields are the update mask. */
function toChange(options: UpdateOptions): Partial<Location> {
  if (options.everyone && options.allowedGroup) {
    throw usageError('--everyone and --allowed-group exclude each other.')
  }
  const given = {
    name: options.name,
    addresses: options.address,
    endpoint: options.endpoint,
    port: options.port,
    dns: options.dns,
    allowed_ips: options.allowedIps,
    keepalive_interval: options.keepalive,
    peer_disconnect_threshold: options.peerDisconnectThreshold,
    ...(options.everyone && { allow_all_groups: true, allowed_groups: [] }),
    ...(options.allowedGroup && {
      allow_all_groups: false,
      allowed_groups: options.allowedGroup,
    }),
  }
  const change = Object.entries(given).filter(([, value]) => value !== undefined)
  if (change.length === 0) throw usageError('What shall change? Give at least one option.')
  return Object.fromEntries(change)
}

async function deleteLocation(context: Context, _options: object, name: string) {
  const reply = await context.core.call(LocationServiceService.getLocation, { name })
  const location = present(reply.location)
  await assertConfirmed(
    context,
    `Delete ${location.name}? Its devices lose their addresses there, and its keys are gone for good.`,
  )
  const { unreached_gateways } = await context.core.call(LocationServiceService.deleteLocation, {
    name,
  })
  const hint =
    'It is gone. Network devices in it stay without an address: remove them, or make new ones.'
  return {
    json: { ...toLocationJson(location), unreached_gateways },
    text: locationFacts(location),
    hint: [hint, unreachedHint(unreached_gateways)].filter(Boolean).join(' '),
  }
}
