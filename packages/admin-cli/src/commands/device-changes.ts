import { randomUUID } from 'node:crypto'
import { type AdminDevice, DeviceServiceService } from '@defguard/proto/admin/v1/devices'
import type { Command } from 'commander'
import { assertConfirmed, type Cli, type Context } from '../cli.js'
import { deviceFacts, toDeviceJson } from '../devices.js'
import { teach } from '../help.js'
import { parseId } from '../parse-options.js'
import { present } from '../present.js'

interface AddOptions {
  readonly user: string
  readonly name: string
  readonly pubkey: string
}

const ID = "the device's id, from device list"

/** One device: see, add, change, remove. */
export function addDeviceChangeCommands(device: Command, cli: Cli): void {
  const show = device
    .command('show')
    .description('show one device')
    .argument('<id>', ID, parseId)
    .action(cli.asAdmin<object, [number]>(showDevice))
  teach(show, { examples: ['device show 3', 'device show 3 --json | jq -r .pubkey'] })

  const add = device
    .command('add')
    .description('add a device to an active person, with addresses in every VPN they may use')
    .requiredOption('--user <name>', 'whose device it will be')
    .requiredOption('--name <name>', 'its name')
    .requiredOption('--pubkey <key>', 'its WireGuard public key')
    .action(cli.asAdmin<AddOptions>(addDevice))
  teach(add, {
    examples: ['device add --user anna --name "Old laptop" --pubkey "$(wg pubkey < private.key)"'],
    next: 'The person is told by mail. With the Defguard app, use "defguard-admin desktop start" instead.',
  })

  const rename = device
    .command('rename')
    .description('give a device another name')
    .argument('<id>', ID, parseId)
    .argument('<name>', 'its new name')
    .action(cli.asAdmin<object, [number, string]>(renameDevice))
  teach(rename, { examples: ['device rename 3 "Anna\'s new laptop"'] })

  const rekey = device
    .command('rekey')
    .description('put another public key on a device; the earlier key connects no more')
    .argument('<id>', ID, parseId)
    .argument('<key>', 'its new WireGuard public key')
    .action(cli.asAdmin<object, [number, string]>(rekeyDevice))
  teach(rekey, {
    examples: ['device rekey 3 "$(wg pubkey < private.key)"'],
    next: 'Its addresses stay. An app that had the earlier key has to be set up again.',
  })

  const remove = device
    .command('remove')
    .description('remove a device; it connects no more, and its addresses are free')
    .argument('<id>', ID, parseId)
    .action(cli.asAdmin<object, [number]>(removeDevice))
  teach(remove, { examples: ['device remove 3', 'device remove 3 --yes'] })
}

async function showDevice({ core }: Context, _options: object, id: number) {
  return toAnswer(await findDevice({ core }, id))
}

async function addDevice({ core }: Context, { user, name, pubkey }: AddOptions) {
  const request = { request_id: randomUUID(), username: user, name, pubkey }
  const device = present((await core.create(DeviceServiceService.addDevice, request)).device)
  return { ...toAnswer(device), hint: `Next: defguard-admin device config ${device.id}` }
}

async function renameDevice({ core }: Context, _options: object, id: number, name: string) {
  const change = { id, name, pubkey: '', update_mask: ['name'] }
  return toAnswer(present((await core.call(DeviceServiceService.updateDevice, change)).device))
}

async function rekeyDevice({ core }: Context, _options: object, id: number, pubkey: string) {
  const change = { id, name: '', pubkey, update_mask: ['pubkey'] }
  const device = present((await core.call(DeviceServiceService.updateDevice, change)).device)
  return { ...toAnswer(device), hint: `Next: defguard-admin device config ${device.id}` }
}

async function removeDevice(context: Context, _options: object, id: number) {
  const { core } = context
  const device = await findDevice(context, id)
  const whose = device.network_device ? 'network device' : `device of ${device.user}`
  await assertConfirmed(context, `Remove "${device.name}", ${whose}? It connects no more.`)
  await core.call(DeviceServiceService.removeDevice, { id })
  return { ...toAnswer(device), hint: 'It is removed, and its addresses are free.' }
}

async function findDevice({ core }: Pick<Context, 'core'>, id: number): Promise<AdminDevice> {
  return present((await core.call(DeviceServiceService.getDevice, { id })).device)
}

function toAnswer(device: AdminDevice) {
  return { json: toDeviceJson(device), text: deviceFacts(device) }
}
