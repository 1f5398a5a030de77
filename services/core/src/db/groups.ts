import { sql } from 'kysely'
import type { Role } from '../domain/user.js'
import type { Db, Tx } from './database.js'
import { inFolded } from './folded.js'
import type { Page } from './page.js'
import type { Group } from './schema.js'

export interface GroupWithCount extends Group {
  readonly memberCount: number
}

/** Those of the names that exist, each once. */
export function findByNames(db: Db, names: readonly string[]): Promise<Group[]> {
  return db.selectFrom('group').selectAll().where(inFolded('name', names)).orderBy('id').execute()
}

export function findByRequestId(db: Db, requestId: string): Promise<GroupWithCount | undefined> {
  return selectWithCount(db).where('requestId', '=', requestId).executeTakeFirst()
}

export function list(db: Db, page: Page): Promise<GroupWithCount[]> {
  let query = selectWithCount(db)
    .orderBy('id')
    .limit(page.size + 1)
  if (page.cursor !== undefined) query = query.where('id', '>', page.cursor)
  return query.execute()
}

function selectWithCount(db: Db) {
  return db
    .selectFrom('group')
    .selectAll()
    .select((eb) =>
      eb
        .selectFrom('userGroup')
        .select(sql<number>`count(*)`.as('count'))
        .whereRef('userGroup.groupId', '=', 'group.id')
        .$asScalar()
        .$notNull()
        .as('memberCount'),
    )
}

/** Undefined when a group of this request id exists already. */
export function insert(
  tx: Tx,
  group: { name: string; role: Role; requestId: string | null; createdAt: Date },
): Promise<Group | undefined> {
  return tx
    .insertInto('group')
    .values(group)
    .onConflict((conflict) => conflict.constraint('group_request_id_key').doNothing())
    .returningAll()
    .executeTakeFirst()
}

export async function addMember(
  tx: Tx,
  userId: number,
  groupIds: readonly number[],
): Promise<void> {
  if (groupIds.length === 0) return
  await tx
    .insertInto('userGroup')
    .values(groupIds.map((groupId) => ({ userId, groupId })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
