import { Group, GroupServiceService } from '@defguard/proto/admin/v1/groups'
import { type Command, Option } from 'commander'
import { assertConfirmed, type Cli, type Context } from '../cli.js'
import { groupAnswer } from '../groups.js'
import { teach } from '../help.js'
import { present } from '../present.js'
import { revokedHint } from '../tokens.js'

export const ROLES = ['admin', 'user_admin', 'auditor']

export function addGroupChangeCommands(group: Command, cli: Cli): void {
  const rename = group
    .command('rename')
    .description('give a group another name')
    .argument('<name>', 'its name')
    .argument('<new-name>', 'its name from now on')
    .action(cli.asAdmin<object, [string, string]>(renameGroup))
  teach(rename, { examples: ['group rename staff employees'] })

  const update = group
    .command('update')
    .description('change what the members of a group may administer')
    .argument('<name>', 'its name')
    .addOption(
      new Option('--role <role>', 'what they may administer')
        .choices(['none', ...ROLES])
        .makeOptionMandatory(),
    )
    .action(cli.asAdmin<{ role: string }, [string]>(updateGroup))
  teach(update, {
    examples: ['group update helpdesk --role user_admin', 'group update helpdesk --role none'],
    next: 'Members of an admin group may use every VPN: their devices get addresses at once.',
  })

  const remove = group
    .command('delete')
    .description('remove a group; its members stay')
    .argument('<name>', 'its name')
    .action(cli.asAdmin<object, [string]>(deleteGroup))
  teach(remove, { examples: ['group delete staff', 'group delete staff --yes'] })

  const addMember = group
    .command('add-member')
    .description('put somebody into a group')
    .argument('<group>', "the group's name")
    .argument('<user>', "the person's username")
    .action(cli.asAdmin<object, [string, string]>(addGroupMember))
  teach(addMember, {
    examples: ['group add-member staff anna'],
    next: 'Their devices get an address in every VPN that the group opens, at once.',
  })

  const removeMember = group
    .command('remove-member')
    .description('take somebody out of a group')
    .argument('<group>', "the group's name")
    .argument('<user>', "the person's username")
    .action(cli.asAdmin<object, [string, string]>(removeGroupMember))
  teach(removeMember, {
    examples: ['group remove-member staff anna'],
    next: 'Their devices lose the VPNs that no other group of theirs opens, at once.',
  })
}

async function renameGroup(context: Context, _options: object, name: string, newName: string) {
  return change(context, name, { name: newName })
}

async function updateGroup(context: Context, { role }: { role: string }, name: string) {
  return change(context, name, { role })
}

async function change({ core }: Context, name: string, fields: Partial<Group>) {
  const reply = await core.call(GroupServiceService.updateGroup, {
    name,
    group: { ...Group.decode(new Uint8Array()), ...fields },
    update_mask: Object.keys(fields),
  })
  return { ...groupAnswer(present(reply.group)), hint: revokedHint(reply.revoked_tokens) }
}

async function deleteGroup(context: Context, _options: object, name: string) {
  const reply = await context.core.call(GroupServiceService.getGroup, { name })
  const group = present(reply.group)
  await assertConfirmed(
    context,
    `Delete ${group.name} with ${group.member_count} members? They lose what only it lets them use.`,
  )
  const { revoked_tokens } = await context.core.call(GroupServiceService.deleteGroup, { name })
  const hint = revokedHint(revoked_tokens) ?? 'It is gone; its members stay.'
  return { ...groupAnswer(group), hint }
}

async function addGroupMember(
  { core }: Context,
  _options: object,
  group: string,
  username: string,
) {
  const reply = await core.call(GroupServiceService.addMember, { group, username })
  return groupAnswer(present(reply.group))
}

async function removeGroupMember(
  { core }: Context,
  _options: object,
  group: string,
  username: string,
) {
  const reply = await core.call(GroupServiceService.removeMember, { group, username })
  return { ...groupAnswer(present(reply.group)), hint: revokedHint(reply.revoked_tokens) }
}
