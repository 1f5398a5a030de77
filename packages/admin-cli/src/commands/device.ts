import { DeviceServiceService, type LocationConfig } from '@defguard/proto/admin/v1/devices'
import type { Command } from 'commander'
import type { Cli, Context } from '../cli.js'
import { deviceTable, toDeviceJson } from '../devices.js'
import { teach } from '../help.js'
import { collect, pages } from '../paging.js'
import { parseId } from '../parse-options.js'
import { qrCode } from '../qr-code.js'
import { sections, type Text, verbatim } from '../table.js'
import { addAddressCommands } from './device-addresses.js'
import { addDeviceChangeCommands } from './device-changes.js'
import { addNetworkDeviceCommands } from './device-network.js'

interface ListOptions {
  readonly user?: string
  readonly location?: string
  readonly pubkey?: string
}

interface ConfigOptions {
  readonly location?: string
  readonly qr?: boolean
}

export function addDeviceCommands(program: Command, cli: Cli): void {
  const device = program.command('device').description("people's devices, and network devices")

  const list = device
    .command('list')
    .description('list devices and their addresses')
    .option('--user <name>', 'only those of this person')
    .option('--location <name>', 'only those with an address in this VPN')
    .option('--pubkey <key>', 'only the one with this public key')
    .action(cli.asAdmin<ListOptions>(listDevices))
  teach(list, {
    examples: ['device list', 'device list --user anna', 'device list --location Office --json'],
    next:
      'Configured: VPN servers let it in. Its owner is enrolled and enabled, or it is a network device\n' +
      'with its key.',
  })

  const config = device
    .command('config')
    .description('print what a device needs to connect, without its private key')
    .argument('<id>', "the device's id, from device list", parseId)
    .option('--location <name>', 'only for this VPN')
    .option('--qr', 'print QR codes as well')
    .action(cli.asAdmin<ConfigOptions, [number]>(printConfigs))
  teach(config, {
    examples: ['device config 3', 'device config 3 --location Office > office.conf'],
    next: 'YOUR_PRIVATE_KEY stands where the private key belongs, which only the device knows.',
  })

  addDeviceChangeCommands(device, cli)
  addNetworkDeviceCommands(device, cli)
  addAddressCommands(device, cli)
}

async function listDevices({ core }: Context, { user = '', location = '', pubkey }: ListOptions) {
  const devices = await collect(
    pages(
      (page) =>
        core.call(DeviceServiceService.listDevices, { page, username: user, location, pubkey }),
      (reply) => reply.devices,
    ),
  )
  return {
    json: devices.map(toDeviceJson),
    text: deviceTable(devices),
    hint: devices.length === 0 ? 'No devices.' : undefined,
  }
}

async function printConfigs({ core }: Context, options: ConfigOptions, id: number) {
  const { configs } = await core.call(DeviceServiceService.getDeviceConfig, {
    id,
    location: options.location ?? '',
  })
  return {
    json: configs.map(({ location, config }) => ({ location, config })),
    text: sections(...configs.map((config) => configText(config, configs.length > 1, options))),
    hint:
      configs.length === 0
        ? 'This device has no address in any VPN.'
        : 'Put the private key of the device where YOUR_PRIVATE_KEY stands.',
  }
}

/** A text for a file; a comment tells several apart. */
function configText(
  { location, config }: LocationConfig,
  isOneOfMany: boolean,
  { qr }: ConfigOptions,
): Text {
  return sections(
    verbatim(isOneOfMany ? `# ${location}\n${config}` : config),
    qr ? qrCode(config) : verbatim(''),
  )
}
