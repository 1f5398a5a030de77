import { EnrollmentAdminServiceService } from '@defguard/proto/admin/v1/enrollments'
import type { Command } from 'commander'
import type { Cli, Context } from '../cli.js'
import { teach } from '../help.js'
import {
  addDeliveryOptions,
  type DeliveryOptions,
  invitationText,
  toInvitationJson,
  toInvitationOptions,
} from '../invitation.js'
import { present } from '../present.js'

export function addDesktopCommands(program: Command, cli: Cli): void {
  const desktop = program
    .command('desktop')
    .description('tokens with which people who have an account add a device in the Defguard app')

  const start = desktop
    .command('start')
    .description('issue a token for an active person; older ones of theirs stop working')
    .argument('<name>', 'username')
  addDeliveryOptions(start).action(cli.asAdmin<DeliveryOptions, [string]>(startDesktop))
  teach(start, {
    examples: [
      'desktop start anna',
      'desktop start anna --send-email',
      'desktop start anna --json | jq -r .deep_link',
    ],
    next: 'Open the deep link on their computer, or let their phone scan the code.',
  })
}

async function startDesktop({ core }: Context, options: DeliveryOptions, username: string) {
  const reply = await core.call(EnrollmentAdminServiceService.issueDesktopActivation, {
    username,
    options: toInvitationOptions(options),
  })
  const invitation = present(reply.invitation)
  return {
    json: toInvitationJson(invitation),
    text: invitationText(invitation),
    hint: `Next: defguard-admin device list --user ${username}`,
  }
}
