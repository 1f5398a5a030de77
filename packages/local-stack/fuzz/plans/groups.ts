import { GroupServiceService as Groups } from '@defguard/proto/admin/v1/groups'
import { type Plan, plan } from '../plan.ts'
import type { World } from '../world.ts'

const CREATE = 'GroupService/CreateGroup'
const ACTIVATE = 'EnrollmentService/ActivateUser'

const anyGroup = (world: World) => world.pick(world.groups, CREATE)

/** What a user admin must not do to a group with a role. */
const asUserAdmin = (world: World) => ({ bearer: world.sessions.user_admin.pick() ?? '' })

export const groupPlans: readonly Plan[] = [
  plan(
    Groups.createGroup,
    'people',
    (world) => {
      const name = world.newName('group')
      const request = { request_id: '', name, role: 'none' }
      return { request, settle: () => world.groups.put(name) }
    },
    {
      forbidden: async (world) => {
        const role = world.rng.pick(['admin', 'user_admin', 'auditor'])
        return {
          request: { request_id: '', name: world.newName('group'), role },
          ...asUserAdmin(world),
        }
      },
    },
  ),

  plan(Groups.getGroup, 'readPeople', async (world) => ({
    request: { name: await anyGroup(world) },
  })),

  plan(Groups.listGroups, 'readPeople', (world) => ({ request: { page: world.page() } })),

  plan(Groups.updateGroup, 'people', async (world) => {
    const name = await world.take(world.groups, CREATE)
    const renamed = world.newName('renamed')
    const group = { id: 0, name: renamed, role: 'none', member_count: 0 }
    return {
      request: { name, group, update_mask: ['name'] },
      settle: () => world.groups.put(renamed),
      back: () => world.groups.put(name),
    }
  }),

  plan(
    Groups.deleteGroup,
    'people',
    async (world) => ({ request: { name: await world.take(world.groups, CREATE) } }),
    { forbidden: async (world) => ({ request: { name: 'admin' }, ...asUserAdmin(world) }) },
  ),

  plan(Groups.listGroupMembers, 'readPeople', async (world) => ({
    request: { name: await anyGroup(world), page: world.page() },
  })),

  plan(
    Groups.addMember,
    'people',
    async (world) => {
      const { username } = await world.pick(world.active, ACTIVATE)
      const member = { group: await anyGroup(world), username }
      return { request: member, settle: () => world.members.put(member) }
    },
    {
      forbidden: async (world) => {
        const { username } = await world.pick(world.active, ACTIVATE)
        return { request: { group: 'admin', username }, ...asUserAdmin(world) }
      },
    },
  ),

  plan(Groups.removeMember, 'people', async (world) => ({
    request: await world.take(world.members, 'GroupService/AddMember'),
  })),
]
