import { randomUUID } from 'node:crypto'
import { type Group, GroupServiceService } from '@defguard/proto/admin/v1/groups'
import { type Command, Option } from 'commander'
import type { Cli, Context } from '../cli.js'
import { teach } from '../help.js'
import { collect, pages } from '../paging.js'
import { present } from '../present.js'
import { facts, table } from '../table.js'

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
      new Option('--role <role>', 'what its members may administer (default: nothing)').choices([
        'admin',
        'user_admin',
        'auditor',
      ]),
    )
    .action(cli.asAdmin<CreateOptions, [string]>(createGroup))
  teach(create, {
    examples: ['group create staff', 'group create helpdesk --role user_admin'],
    next: 'Next: "defguard-admin location create … --allowed-group NAME" and "user create … --group NAME".',
  })

  const list = group.command('list').description('list groups').action(cli.asAdmin(listGroups))
  teach(list, { examples: ['group list', 'group list --json'] })
}

async function createGroup({ core }: Context, { role }: CreateOptions, name: string) {
  const reply = await core.create(GroupServiceService.createGroup, {
    request_id: randomUUID(),
    name,
    role: role ?? '',
  })
  const group = present(reply.group)
  return {
    json: toGroupJson(group),
    text: facts({ Id: group.id, Name: group.name, Role: group.role, Members: group.member_count }),
    hint: `Next: defguard-admin location create … --allowed-group ${group.name}`,
  }
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

function toGroupJson({ id, name, role, member_count }: Group) {
  return { id, name, role, member_count }
}
