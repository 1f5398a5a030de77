import { randomUUID } from 'node:crypto'
import { GroupServiceService } from '@defguard/proto/admin/v1/groups'
import { type Command, Option } from 'commander'
import type { Cli, Context } from '../cli.js'
import { groupAnswer, toGroupJson } from '../groups.js'
import { teach } from '../help.js'
import { collect, pages } from '../paging.js'
import { present } from '../present.js'
import { table } from '../table.js'
import { addGroupChangeCommands, ROLES } from './group-changes.js'

interface CreateOptions {
  readonly role?: string
}

export function addGroupCommands(program: Command, cli: Cli): void {
  const group = program
    .command('group')
    .description('groups of people: they carry roles and open locations')

  const create = group
    .command('create')
    .description('add a group')
    .argument('<name>', 'its name')
    .addOption(
      new Option('--role <role>', 'what its members may administer (default: nothing)').choices(
        ROLES,
      ),
    )
    .action(cli.asAdmin<CreateOptions, [string]>(createGroup))
  teach(create, {
    examples: ['group create staff', 'group create helpdesk --role user_admin'],
    next: 'Next: "defguard-admin location create … --allowed-group NAME" and "user create … --group NAME".',
  })

  const list = group.command('list').description('list groups').action(cli.asAdmin(listGroups))
  teach(list, { examples: ['group list', 'group list --json'] })

  const show = group
    .command('show')
    .description('show a group, its members and the VPNs that it opens')
    .argument('<name>', 'its name')
    .action(cli.asAdmin<object, [string]>(showGroup))
  teach(show, { examples: ['group show staff'] })

  addGroupChangeCommands(group, cli)
}

async function createGroup({ core }: Context, { role }: CreateOptions, name: string) {
  const reply = await core.create(GroupServiceService.createGroup, {
    request_id: randomUUID(),
    name,
    role: role ?? '',
  })
  const group = present(reply.group)
  return {
    ...groupAnswer(group),
    hint: `Next: defguard-admin location create … --allowed-group ${group.name}`,
  }
}

async function showGroup({ core }: Context, _options: object, name: string) {
  const reply = await core.call(GroupServiceService.getGroup, { name })
  const members = await collect(
    pages(
      (page) => core.call(GroupServiceService.listGroupMembers, { name, page }),
      (part) => part.members,
    ),
  )
  const usernames = members.map((member) => member.username)
  const more = { Who: usernames.join(', '), Opens: reply.locations.join(', ') }
  const { json, text } = groupAnswer(present(reply.group), more)
  return { json: { ...json, members: usernames, locations: reply.locations }, text }
}

async function listGroups({ core }: Context) {
  const groups = await collect(
    pages(
      (page) => core.call(GroupServiceService.listGroups, { page }),
      (reply) => reply.groups,
    ),
  )
  return {
    json: groups.map(toGroupJson),
    text: table(groups, {
      ID: (group) => group.id,
      NAME: (group) => group.name,
      ROLE: (group) => group.role,
      MEMBERS: (group) => group.member_count,
    }),
  }
}
