import { AuthServiceService } from '@defguard/proto/admin/v1/auth'
import type { Command } from 'commander'
import { assertConfirmed, type Cli, type Context } from '../cli.js'
import { CliError } from '../cli-error.js'
import { deviceFacts, deviceTable, toDeviceJson } from '../devices.js'
import { EXIT } from '../exit-codes.js'
import { teach } from '../help.js'
import { invitationText, toInvitationJson } from '../invitation.js'
import { collect, pages } from '../paging.js'
import { parseId, parseSeconds } from '../parse-options.js'
import { present } from '../present.js'

interface DesktopOptions {
  readonly expiresIn?: number
}

export function addMyCommands(program: Command, cli: Cli): void {
  const my = program.command('my').description('your own devices; needs no role')

  const devices = my
    .command('devices')
    .description('list your devices and their addresses')
    .action(cli.asAdmin<object>(listOwn))
  teach(devices, { examples: ['my devices', 'my devices --json'] })

  const remove = my
    .command('remove')
    .description('remove one of your devices, such as a lost one')
    .argument('<id>', "the device's id, from my devices", parseId)
    .action(cli.asAdmin<object, [number]>(removeOwn))
  teach(remove, { examples: ['my remove 3', 'my remove 3 --yes'] })

  const desktop = my
    .command('desktop')
    .description('issue a token with which you add a device in the Defguard app')
    .option('--expires-in <duration>', 'how long it may wait, such as 30m or 24h', parseSeconds)
    .action(cli.asAdmin<DesktopOptions>(issueOwn))
  teach(desktop, {
    examples: ['my desktop', 'my desktop --json | jq -r .deep_link'],
    next: 'Open the deep link on your computer, or let your phone scan the code.',
  })
}

async function listOwn({ core }: Context) {
  const devices = await ownDevices(core)
  return {
    json: devices.map(toDeviceJson),
    text: deviceTable(devices),
    hint: devices.length === 0 ? 'You have no devices. Next: defguard-admin my desktop' : undefined,
  }
}

async function removeOwn(context: Context, _options: object, id: number) {
  const { core } = context
  const device = (await ownDevices(core)).find((own) => own.id === id)
  if (!device) {
    const message = `You have no device with the id ${id}.`
    throw new CliError(EXIT.notFound, 'not_found', message, {
      hint: 'defguard-admin my devices lists them.',
    })
  }
  await assertConfirmed(context, `Remove "${device.name}"? It connects no more.`)
  await core.call(AuthServiceService.removeOwnDevice, { id })
  return {
    json: toDeviceJson(device),
    text: deviceFacts(device),
    hint: 'It is removed, and its addresses are free.',
  }
}

async function issueOwn({ core }: Context, { expiresIn }: DesktopOptions) {
  const reply = await core.call(AuthServiceService.issueOwnDesktopActivation, {
    expires_in_seconds: expiresIn ?? 0,
  })
  const invitation = present(reply.invitation)
  return {
    json: toInvitationJson(invitation),
    text: invitationText(invitation),
    hint: 'The token is shown only here. Next: defguard-admin my devices',
  }
}

function ownDevices(core: Context['core']) {
  return collect(
    pages(
      (page) => core.call(AuthServiceService.listOwnDevices, { page }),
      (reply) => reply.devices,
    ),
  )
}
