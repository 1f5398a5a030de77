import { randomUUID } from 'node:crypto'
import { DeviceServiceService } from '@defguard/proto/admin/v1/devices'
import type { Command } from 'commander'
import type { Cli, Context } from '../cli.js'
import { CliError } from '../cli-error.js'
import type { CoreClient } from '../core-client.js'
import { deviceFacts, toDeviceJson } from '../devices.js'
import { teach } from '../help.js'
import { invitationText, toInvitationJson } from '../invitation.js'
import { parseId, parseList, parseSeconds } from '../parse-options.js'
import { present } from '../present.js'
import { sections } from '../table.js'
import { nextFree } from './device-addresses.js'

interface CreateOptions {
  readonly name: string
  readonly location: string
  readonly address?: string[]
  readonly owner?: string
  readonly pubkey?: string
  readonly expiresIn?: number
}

interface TokenOptions {
  readonly expiresIn?: number
}

const LIFE = 'how long the token may wait, such as 30m or 24h'

/** Unattended devices: servers, printers, machines. */
export function addNetworkDeviceCommands(device: Command, cli: Cli): void {
  const create = device
    .command('create-network')
    .description('prepare an unattended device in one VPN, and issue a token for its client')
    .requiredOption('--name <name>', 'its name')
    .requiredOption('--location <name>', 'its VPN')
    .option('--address <list>', 'its addresses there (default: the lowest free)', parseList)
    .option('--owner <name>', 'the account it is prepared under (default: your own)')
    .option('--pubkey <key>', 'its public key, if it has one already: then no token is needed')
    .option('--expires-in <duration>', LIFE, parseSeconds)
    .action(cli.asAdmin<CreateOptions>(createNetworkDevice))
  teach(create, {
    examples: [
      'device create-network --name printer --location Office',
      'device create-network --name backup --location Office --address 10.1.1.200',
      'device create-network --name sensor --location Plant --json | jq -r .token',
    ],
    next: 'It belongs to the company: it stays when the account it was prepared under goes.',
  })

  const token = device
    .command('network-token')
    .description('issue another token for an unattended device; it can replace the key')
    .argument('<id>', "the device's id, from device list", parseId)
    .option('--expires-in <duration>', LIFE, parseSeconds)
    .action(cli.asAdmin<TokenOptions, [number]>(issueToken))
  teach(token, { examples: ['device network-token 7', 'device network-token 7 --expires-in 1h'] })
}

async function createNetworkDevice({ core }: Context, options: CreateOptions) {
  const request = {
    request_id: randomUUID(),
    name: options.name,
    location: options.location,
    addresses: options.address ?? [],
    owner: options.owner ?? '',
    pubkey: options.pubkey,
    expires_in_seconds: options.expiresIn ?? 0,
  }
  const reply = await core
    .create(DeviceServiceService.createNetworkDevice, request)
    .catch((err) => refuseAddresses(core, options.location, err))
  const { invitation } = reply
  const device = present(reply.device)
  if (!invitation) {
    return {
      json: { device: toDeviceJson(device) },
      text: deviceFacts(device),
      hint: `Next: defguard-admin device config ${device.id}`,
    }
  }
  return {
    json: { ...toInvitationJson(invitation), device: toDeviceJson(device) },
    text: sections(deviceFacts(device), invitationText(invitation)),
    hint: 'The token is shown only here. Next: defguard-admin device list tells when it is configured.',
  }
}

/** A refusal of chosen addresses, with those that could be had. */
async function refuseAddresses(core: CoreClient, location: string, err: unknown): Promise<never> {
  if (!(err instanceof CliError) || err.field !== 'addresses') throw err
  const free = await nextFree(core, location).catch(() => '')
  const { exitCode, reason, message, field, lines } = err
  const hint = free ? `Free at the moment: ${free}` : undefined
  throw new CliError(exitCode, reason, message, { field, lines, hint })
}

async function issueToken({ core }: Context, { expiresIn }: TokenOptions, id: number) {
  const reply = await core.call(DeviceServiceService.issueNetworkDeviceToken, {
    id,
    expires_in_seconds: expiresIn ?? 0,
  })
  const invitation = present(reply.invitation)
  return {
    json: toInvitationJson(invitation),
    text: invitationText(invitation),
    hint: 'Older tokens of this device no longer work; its key does until it is replaced.',
  }
}
