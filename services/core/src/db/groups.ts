import { sql } from 'kysely'
import type { Role } from '../domain/user.js'
import type { Db, Tx } from './database.js'
import { equalsFolded, inFolded } from './folded.js'
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

export function findByName(db: Db, name: string): Promise<GroupWithCount | undefined> {
  return selectWithCount(db).where(equalsFolded('name', name)).executeTakeFirst()
}

/** The oldest group whose members administer. */
export function findAdminGroup(db: Db): Promise<Group | undefined> {
  return db
    .selectFrom('group')
    .selectAll()
    .where('role', '=', 'admin')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
}

export function lockByName(tx: Tx, name: string): Promise<Group | undefined> {
  return tx
    .selectFrom('group')
    .selectAll()
    .where(equalsFolded('name', name))
    .forUpdate()
    .executeTakeFirst()
}

/** @throws when there is none: the caller holds it */
export function get(db: Db, id: number): Promise<GroupWithCount> {
  return selectWithCount(db).where('id', '=', id).executeTakeFirstOrThrow()
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

/** Makes somebody a member of exactly these groups. */
export async function setMemberships(
  tx: Tx,
  userId: number,
  groupIds: readonly number[],
): Promise<void> {
  await tx
    .deleteFrom('userGroup')
    .where('userId', '=', userId)
    .where(sql<boolean>`group_id <> all (${groupIds}::bigint[])`)
    .execute()
  await addMember(tx, userId, groupIds)
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

/** Whether somebody became a member who was none. */
export async function insertMember(tx: Tx, userId: number, groupId: number): Promise<boolean> {
  const row = await tx
    .insertInto('userGroup')
    .values({ userId, groupId })
    .onConflict((conflict) => conflict.doNothing())
    .returning('userId')
    .executeTakeFirst()
  return row !== undefined
}

/** Whether a member is none any more. */
export async function removeMember(tx: Tx, userId: number, groupId: number): Promise<boolean> {
  const row = await tx
    .deleteFrom('userGroup')
    .where('userId', '=', userId)
    .where('groupId', '=', groupId)
    .returning('userId')
    .executeTakeFirst()
  return row !== undefined
}

export async function memberIds(db: Db, groupId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('userGroup')
    .select('userId')
    .where('groupId', '=', groupId)
    .execute()
  return rows.map((row) => row.userId)
}

export function listMembers(
  db: Db,
  groupId: number,
  page: Page,
): Promise<{ id: number; username: string }[]> {
  let query = db
    .selectFrom('userGroup')
    .innerJoin('user', 'user.id', 'userGroup.userId')
    .select(['user.id', 'user.username'])
    .where('groupId', '=', groupId)
    .orderBy('user.id')
    .limit(page.size + 1)
  if (page.cursor !== undefined) query = query.where('user.id', '>', page.cursor)
  return query.execute()
}

export async function update(
  tx: Tx,
  id: number,
  change: { name?: string; role?: Role },
): Promise<void> {
  await tx.updateTable('group').set(change).where('id', '=', id).execute()
}

/** Deletes a group with its memberships; no location may allow it any more. */
export async function remove(tx: Tx, id: number): Promise<void> {
  await tx.deleteFrom('group').where('id', '=', id).execute()
}
