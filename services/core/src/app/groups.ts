import { lockRequest } from '../db/advisory-locks.js'
import { type Db, inTransaction } from '../db/database.js'
import type { GroupWithCount } from '../db/groups.js'
import * as groups from '../db/groups.js'
import * as locations from '../db/locations.js'
import type { Group } from '../db/schema.js'
import type { Clock } from '../domain/clock.js'
import { assertNoViolations, DomainError, type Violation } from '../domain/errors.js'
import { parseName, ROLES, type Role } from '../domain/user.js'
import { asActor, audit } from './audit.js'
import type { UserAdmin } from './caller.js'
import { type PageOf, type PageRequest, pageOf, parsePage } from './paging.js'
import { parseRequestId } from './request-id.js'
import { assertMayActOnGroups } from './targets.js'

/** Groups of people: they carry roles and open locations. */
export class Groups {
  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError `invalid_argument`, `already_exists`, `not_allowed` */
  async create(
    admin: UserAdmin,
    request: { requestId: string; name: string; role: string },
  ): Promise<GroupWithCount> {
    const violations: Violation[] = []
    const requestId = parseRequestId(request.requestId, violations)
    const name = parseGroupName(request.name, violations)
    const role = parseRole(request.role || 'none', violations)
    assertNoViolations(violations)
    assertMayActOnGroups(admin, [{ role }])
    const draft = { name, role, requestId, createdAt: this.clock() }
    return inTransaction(this.db, async (tx) => {
      await lockRequest(tx, requestId)
      const group = await groups.insert(tx, draft)
      if (group) {
        const object = { kind: 'group', id: group.id, name: group.name } as const
        await audit(tx, draft.createdAt, asActor(admin), 'group.created', object, {
          details: { role },
        })
        return { ...group, memberCount: 0 }
      }
      const earlier = requestId && (await groups.findByRequestId(tx, requestId))
      if (!earlier) throw new Error('A request id is taken, but by nobody.')
      return earlier
    })
  }

  /** With the names of the locations that it opens. @throws DomainError `not_found` */
  async get(name: string): Promise<{ group: GroupWithCount; locations: readonly string[] }> {
    const group = await groups.findByName(this.db, name)
    if (!group) throw noSuchGroup(name)
    return { group, locations: await locations.namesAllowing(this.db, group.id) }
  }

  /** @throws DomainError `not_found` */
  async listMembers(
    name: string,
    request: PageRequest,
  ): Promise<PageOf<{ id: number; username: string }>> {
    const page = parsePage(request)
    const group = await groups.findByName(this.db, name)
    if (!group) throw noSuchGroup(name)
    return pageOf(await groups.listMembers(this.db, group.id, page), page)
  }

  async list(request: PageRequest): Promise<PageOf<GroupWithCount>> {
    const page = parsePage(request)
    return pageOf(await groups.list(this.db, page), page)
  }
}

export function parseGroupName(text: string, violations: Violation[]): string {
  const name = parseName(text)
  if (name === undefined) {
    violations.push({
      field: 'name',
      message: 'must be 1 to 100 characters, without control characters',
    })
  }
  return name ?? ''
}

export function parseRole(text: string, violations: Violation[]): Role {
  const role = ROLES.find((candidate) => candidate === text)
  if (role === undefined)
    violations.push({ field: 'role', message: `must be one of ${ROLES.join(', ')}` })
  return role ?? 'none'
}

export function noSuchGroup(name: string): DomainError {
  return new DomainError('not_found', `no group named "${name}"`)
}

/** The groups of these names; every name without one is a violation of `field`. */
export async function findGroups(
  db: Db,
  names: readonly string[],
  field: string,
  violations: Violation[],
): Promise<Group[]> {
  if (names.length === 0) return []
  // No name holds what PostgreSQL cannot even be asked for.
  const possible = names.filter((name) => !name.includes('\u0000'))
  const found = await groups.findByNames(db, possible)
  const known = new Set(found.map((group) => group.name.normalize('NFKC').toLowerCase()))
  for (const name of names) {
    if (known.has(name.normalize('NFKC').toLowerCase())) continue
    violations.push({ field, message: `there is no group named "${name}"` })
  }
  return found
}
