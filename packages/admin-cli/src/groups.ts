import type { Group } from '@defguard/proto/admin/v1/groups'
import { facts } from './table.js'

/** A group as `--json` gives it. */
export function toGroupJson({ id, name, role, member_count }: Group) {
  return { id, name, role, member_count }
}

export function groupAnswer(group: Group, more: Readonly<Record<string, string>> = {}) {
  return {
    json: toGroupJson(group),
    text: facts({
      Id: group.id,
      Name: group.name,
      Role: group.role,
      Members: group.member_count,
      ...more,
    }),
  }
}
