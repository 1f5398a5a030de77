import { type SelectQueryBuilder, sql } from 'kysely'
import { jsonArrayFrom } from 'kysely/helpers/postgres'
import type { Role, UserProfile, UserState } from '../domain/user.js'
import type { Db, Tx } from './database.js'
import { containsFolded, equalsFolded } from './folded.js'
import type { Page } from './page.js'
import type { Schema, User } from './schema.js'

export interface UserWithGroups extends User {
  readonly groups: readonly { readonly name: string; readonly role: Role }[]
}

/** The person, locked until the transaction ends: whatever changes their devices or tokens comes first. */
export function lock(tx: Tx, id: number): Promise<User | undefined> {
  return tx.selectFrom('user').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
}

/** Several people, in the order of their ids, so that two transactions never wait for each other. */
export async function lockAll(tx: Tx, ids: readonly number[]): Promise<void> {
  await sql`select from "user" where id = any(${ids}::bigint[]) order by id for update`.execute(tx)
}

/** Those of the people who have none of the roles. */
export async function withoutRoles(
  db: Db,
  ids: readonly number[],
  roles: readonly Role[],
): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from unnest(${ids}::bigint[]) as person(id)
    where not exists (
      select from user_group member join "group" g on g.id = member.group_id
      where member.user_id = person.id and g.role = any(${roles}))
    order by id
  `.execute(db)
  return rows.map((row) => row.id)
}

export function lockByUsername(tx: Tx, username: string): Promise<User | undefined> {
  return tx
    .selectFrom('user')
    .selectAll()
    .where(equalsFolded('username', username))
    .forUpdate()
    .executeTakeFirst()
}

/** Whether this is an enabled account; if so, it stays one until the transaction ends. */
export async function holdActive(tx: Tx, id: number): Promise<boolean> {
  const row = await tx
    .selectFrom('user')
    .select('id')
    .where('id', '=', id)
    .where('isActive', '=', true)
    .forKeyShare()
    .executeTakeFirst()
  return row !== undefined
}

export async function idOf(db: Db, username: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('user')
    .select('id')
    .where(equalsFolded('username', username))
    .executeTakeFirst()
  return row?.id
}

export async function rolesOf(db: Db, id: number): Promise<Role[]> {
  const rows = await db
    .selectFrom('userGroup')
    .innerJoin('group', 'group.id', 'userGroup.groupId')
    .select('group.role')
    .where('userGroup.userId', '=', id)
    .execute()
  return rows.map((row) => row.role)
}

/** The roles of several people, each in alphabetical order. */
export async function rolesOfAll(
  db: Db,
  ids: readonly number[],
): Promise<{ id: number; roles: Role[] }[]> {
  const { rows } = await sql<{ id: number; roles: Role[] }>`
    select id, array(select distinct role from user_group join "group" on "group".id = group_id
      where user_id = person.id order by role) as roles
    from unnest(${ids}::bigint[]) as person(id)
  `.execute(db)
  return rows
}

/** The account that a person means when they type their username or their e-mail address. */
export function findByLogin(db: Db, login: string): Promise<User | undefined> {
  return (
    db
      .selectFrom('user')
      .selectAll()
      .where((eb) => eb.or([equalsFolded('username', login), equalsFolded('email', login)]))
      // A username may look like nobody's e-mail address: it has no `@`.
      .executeTakeFirst()
  )
}

/** Whoever has this username or this e-mail address: at most two. */
export function findByUsernameOrEmail(
  db: Db,
  person: { username: string; email: string },
): Promise<UserWithGroups[]> {
  return selectWithGroups(db)
    .where((eb) =>
      eb.or([equalsFolded('username', person.username), equalsFolded('email', person.email)]),
    )
    .orderBy('id')
    .execute()
}

export function findByUsername(db: Db, username: string): Promise<UserWithGroups | undefined> {
  return selectWithGroups(db).where(equalsFolded('username', username)).executeTakeFirst()
}

export function findByRequestId(db: Db, requestId: string): Promise<UserWithGroups | undefined> {
  return selectWithGroups(db).where('requestId', '=', requestId).executeTakeFirst()
}

/** @throws when there is none: the caller holds a row that refers to it */
export function get(db: Db, id: number): Promise<UserWithGroups> {
  return selectWithGroups(db).where('id', '=', id).executeTakeFirstOrThrow()
}

export function findById(db: Db, id: number): Promise<UserWithGroups | undefined> {
  return selectWithGroups(db).where('id', '=', id).executeTakeFirst()
}

export function list(
  db: Db,
  filter: { state: UserState | undefined; search: string },
  page: Page,
): Promise<UserWithGroups[]> {
  let query = selectWithGroups(db)
    .orderBy('id')
    .limit(page.size + 1)
  if (page.cursor !== undefined) query = query.where('id', '>', page.cursor)
  if (filter.state === 'disabled') query = query.where('isActive', '=', false)
  else if (filter.state) {
    query = query
      .where('isActive', '=', true)
      .where('passwordHash', filter.state === 'pending' ? 'is' : 'is not', null)
  }
  if (filter.search) {
    query = query.where((eb) =>
      eb.or([
        containsFolded('username', filter.search),
        containsFolded('email', filter.search),
        containsFolded('firstName', filter.search),
        containsFolded('lastName', filter.search),
      ]),
    )
  }
  return query.execute()
}

function selectWithGroups(db: Db): SelectQueryBuilder<Schema, 'user', UserWithGroups> {
  return db
    .selectFrom('user')
    .selectAll()
    .select((eb) =>
      jsonArrayFrom(
        eb
          .selectFrom('userGroup')
          .innerJoin('group', 'group.id', 'userGroup.groupId')
          .select(['group.name', 'group.role'])
          .whereRef('userGroup.userId', '=', 'user.id')
          .orderBy(sql`folded("group"."name")`),
      ).as('groups'),
    ) as SelectQueryBuilder<Schema, 'user', UserWithGroups>
}

/** Undefined when a user of this request id exists already. */
export function insert(
  tx: Tx,
  profile: UserProfile,
  more: { passwordHash: string | null; requestId: string | null; now: Date },
): Promise<User | undefined> {
  return tx
    .insertInto('user')
    .values({
      ...profile,
      passwordHash: more.passwordHash,
      createdAt: more.now,
      updatedAt: more.now,
      activatedAt: more.passwordHash === null ? null : more.now,
      requestId: more.requestId,
    })
    .onConflict((conflict) => conflict.constraint('user_request_id_key').doNothing())
    .returningAll()
    .executeTakeFirst()
}

/** Sets the first password of an enabled account that has none; undefined when it is not one. */
export function activate(
  tx: Tx,
  id: number,
  change: { passwordHash: string; phone: string | undefined; now: Date },
): Promise<User | undefined> {
  return tx
    .updateTable('user')
    .set({
      passwordHash: change.passwordHash,
      activatedAt: change.now,
      updatedAt: change.now,
      ...(change.phone === undefined ? {} : { phone: change.phone }),
    })
    .where('id', '=', id)
    .where('isActive', '=', true)
    .where('passwordHash', 'is', null)
    .returningAll()
    .executeTakeFirst()
}

/** Replaces a password hash by another of the same password; lost if it was changed meanwhile. */
export async function rehashPassword(db: Db, id: number, from: string, to: string): Promise<void> {
  await db
    .updateTable('user')
    .set({ passwordHash: to })
    .where('id', '=', id)
    .where('passwordHash', '=', from)
    .execute()
}

/**
 * Whether this is still the password of an enabled account; if so, it stays until the transaction
 * ends, so that no session begins with a password that is just being changed.
 */
export async function holdPassword(tx: Tx, id: number, hash: string): Promise<boolean> {
  const row = await tx
    .selectFrom('user')
    .select('id')
    .where('id', '=', id)
    .where('isActive', '=', true)
    .where('passwordHash', '=', hash)
    // Not shared: a login that takes a code changes this row next, and two must not wait for each other.
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row !== undefined
}

/** Undefined when the account is in this state already. */
export function setActive(
  tx: Tx,
  id: number,
  isActive: boolean,
  now: Date,
): Promise<{ id: number } | undefined> {
  return tx
    .updateTable('user')
    .set({ isActive, updatedAt: now })
    .where('id', '=', id)
    .where('isActive', '!=', isActive)
    .returning('id')
    .executeTakeFirst()
}

/** A username or an e-mail address that somebody else has is a violation. */
export async function setProfile(
  tx: Tx,
  id: number,
  profile: UserProfile,
  now: Date,
): Promise<void> {
  await tx
    .updateTable('user')
    .set({ ...profile, updatedAt: now })
    .where('id', '=', id)
    .execute()
}

/** Deletes an account whose devices are gone; its tokens, sessions and memberships go with it. */
export async function remove(tx: Tx, id: number): Promise<void> {
  await tx.deleteFrom('user').where('id', '=', id).execute()
}

export async function setPassword(tx: Tx, id: number, hash: string, now: Date): Promise<void> {
  await tx
    .updateTable('user')
    .set({ passwordHash: hash, updatedAt: now, activatedAt: sql`coalesce(activated_at, ${now})` })
    .where('id', '=', id)
    .execute()
}

/** Everybody who can administer now. */
export function listActiveAdmins(db: Db): Promise<User[]> {
  return db
    .selectFrom('user')
    .selectAll()
    .where('isActive', '=', true)
    .where('passwordHash', 'is not', null)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('userGroup')
          .innerJoin('group', 'group.id', 'userGroup.groupId')
          .select('group.id')
          .whereRef('userGroup.userId', '=', 'user.id')
          .where('group.role', '=', 'admin'),
      ),
    )
    .orderBy('id')
    .execute()
}

export async function hasActiveAdmin(db: Db): Promise<boolean> {
  const row = await db
    .selectFrom('user')
    .innerJoin('userGroup', 'userGroup.userId', 'user.id')
    .innerJoin('group', 'group.id', 'userGroup.groupId')
    .select('user.id')
    .where('group.role', '=', 'admin')
    .where('user.isActive', '=', true)
    .where('user.passwordHash', 'is not', null)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
