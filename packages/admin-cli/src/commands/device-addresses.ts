import { DeviceServiceService, type FreeAddresses } from '@defguard/proto/admin/v1/devices'
import type { Command } from 'commander'
import type { Cli, Context } from '../cli.js'
import type { CoreClient } from '../core-client.js'
import { teach } from '../help.js'
import { parseInteger } from '../parse-options.js'
import { table } from '../table.js'

interface SuggestOptions {
  readonly count: number
}

/** Helps to choose the addresses of a network device. */
export function addAddressCommands(device: Command, cli: Cli): void {
  const suggest = device
    .command('suggest-addresses')
    .description('show the lowest free addresses of a VPN')
    .argument('<location>', "the VPN's name")
    .option(
      '--count <n>',
      'how many of each of its networks',
      (text) => parseInteger(text, 1, 100),
      1,
    )
    .action(cli.asAdmin<SuggestOptions, [string]>(suggestAddresses))
  teach(suggest, {
    examples: ['device suggest-addresses Office', 'device suggest-addresses Office --count 5'],
    next: 'Nothing is reserved: "device create-network" without --address takes these by itself.',
  })

  const check = device
    .command('check-addresses')
    .description('say whether a network device could have these addresses, and if not, why')
    .argument('<location>', "the VPN's name")
    .argument('<address...>', 'addresses without a mask')
    .action(cli.asAdmin<object, [string, string[]]>(checkAddresses))
  teach(check, { examples: ['device check-addresses Office 10.1.1.200 fd00::200'] })
}

/** The next free address of each network, in one line; empty when there is none. */
export async function nextFree(core: CoreClient, location: string): Promise<string> {
  const networks = await lowestFree(core, location, 1)
  return networks.flatMap(({ addresses }) => addresses).join(', ')
}

async function suggestAddresses({ core }: Context, { count }: SuggestOptions, location: string) {
  const networks = await lowestFree(core, location, count)
  return {
    json: networks.map(({ network, addresses }) => ({ network, addresses })),
    text: table(networks, {
      NETWORK: ({ network }) => network,
      'LOWEST FREE': ({ addresses }) => addresses.join(', ') || 'none: it is full',
    }),
  }
}

async function checkAddresses(
  { core }: Context,
  _options: object,
  location: string,
  addresses: string[],
) {
  const { checks } = await core.call(DeviceServiceService.checkAddresses, { location, addresses })
  return {
    json: checks.map(({ address, available, problem }) => ({
      address,
      available,
      problem: problem || null,
    })),
    text: table(checks, {
      ADDRESS: ({ address }) => address,
      FREE: ({ available }) => (available ? 'yes' : 'no'),
      PROBLEM: ({ problem }) => problem,
    }),
  }
}

async function lowestFree(
  core: CoreClient,
  location: string,
  count: number,
): Promise<FreeAddresses[]> {
  return (await core.call(DeviceServiceService.suggestAddresses, { location, count })).networks
}
