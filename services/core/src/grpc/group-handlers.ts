import type { Group as GroupMessage, GroupServiceServer } from '@defguard/proto/admin/v1/groups'
import type { Groups } from '../app/groups.js'
import { toPageRequest } from './page-messages.js'
import type { Calls } from './unary.js'

export function groupHandlers(calls: Calls, groups: Groups): GroupServiceServer {
  return {
    createGroup: calls.admin('people', async ({ request_id, name, role }, admin) => ({
      group: toGroup(await groups.create(admin, { requestId: request_id, name, role })),
    })),

    listGroups: calls.admin('readPeople', async ({ page }) => {
      const list = await groups.list(toPageRequest(page))
      return { groups: list.items.map(toGroup), next_page_token: list.nextPageToken }
    }),
  }
}

function toGroup(group: Awaited<ReturnType<Groups['create']>>): GroupMessage {
  return { id: group.id, name: group.name, role: group.role, member_count: group.memberCount }
}
