import type { Group as GroupMessage, GroupServiceServer } from '@defguard/proto/admin/v1/groups'
import type { ChangedGroup, GroupChanges, GroupField } from '../app/group-changes.js'
import type { Groups } from '../app/groups.js'
import type { AdminCalls } from './admin-calls.js'
import { toPageRequest } from './page-messages.js'
import { toToken } from './token-messages.js'
import { parseMask } from './update-mask.js'

const FIELDS = { name: 'name', role: 'role' } as const satisfies Record<string, GroupField>

export function groupHandlers(
  calls: AdminCalls,
  groups: Groups,
  changes: GroupChanges,
): GroupServiceServer {
  return {
    createGroup: calls.admin('people', async ({ request_id, name, role }, admin) => ({
      group: toGroup(await groups.create(admin, { requestId: request_id, name, role })),
    })),

    getGroup: calls.admin('readPeople', async ({ name }) => {
      const { group, locations } = await groups.get(name)
      return { group: toGroup(group), locations: [...locations] }
    }),

    listGroups: calls.admin('readPeople', async ({ page }) => {
      const list = await groups.list(toPageRequest(page))
      return { groups: list.items.map(toGroup), next_page_token: list.nextPageToken }
    }),

    listGroupMembers: calls.admin('readPeople', async ({ name, page }) => {
      const list = await groups.listMembers(name, toPageRequest(page))
      const members = list.items.map(({ id, username }) => ({ user_id: id, username }))
      return { members, next_page_token: list.nextPageToken }
    }),

    updateGroup: calls.admin('people', async ({ name, group, update_mask }, admin) => {
      const fields = parseMask(update_mask, FIELDS)
      const change = { name: group?.name ?? '', role: group?.role ?? '' }
      return toChanged(await changes.update(admin, { group: name, change, fields }))
    }),

    deleteGroup: calls.admin('people', async ({ name }, admin) => ({
      revoked_tokens: (await changes.delete(admin, name)).map(toToken),
    })),

    addMember: calls.admin('people', async (request, admin) => ({
      group: toGroup(await changes.addMember(admin, request)),
    })),

    removeMember: calls.admin('people', async (request, admin) =>
      toChanged(await changes.removeMember(admin, request)),
    ),
  }
}

function toChanged({ group, revoked }: ChangedGroup) {
  return { group: toGroup(group), revoked_tokens: revoked.map(toToken) }
}

function toGroup(group: Awaited<ReturnType<Groups['create']>>): GroupMessage {
  return { id: group.id, name: group.name, role: group.role, member_count: group.memberCount }
}
