import { jsonArrayFrom } from 'kysely/helpers/postgres'
import type { SecretHash } from '../domain/secret.js'
import type { Role } from '../domain/user.js'
import type { Db, Tx } from './database.js'

/** A session that may act now, with its person and the roles of their groups. */
export async function findLive(db: Db, sessionHash: SecretHash, now: Date) {
  const row = await db
    .selectFrom('adminSession')
    .innerJoin('user', 'user.id', 'adminSession.userId')
    .select(['adminSession.id', 'adminSession.expiresAt', 'user.id as userId'])
    .select(['user.username', 'user.firstName', 'user.lastName', 'user.email'])
    .select((eb) =>
      jsonArrayFrom(
        eb
          .selectFrom('userGroup')
          .innerJoin('group', 'group.id', 'userGroup.groupId')
          .select('group.role')
          .whereRef('userGroup.userId', '=', 'user.id'),
      ).as('groups'),
    )
    .where('sessionHash', '=', sessionHash)
    .where('endedAt', 'is', null)
    .where('expiresAt', '>', now)
    .where('user.isActive', '=', true)
    .executeTakeFirst()
  return row && { ...row, roles: row.groups.map((group) => group.role as Role) }
}

export async function insert(
  tx: Tx,
  session: {
    userId: number
    sessionHash: SecretHash
    createdAt: Date
    expiresAt: Date
    ip: string | null
    userAgent: string | null
  },
): Promise<void> {
  await tx.insertInto('adminSession').values(session).execute()
}

export async function end(tx: Tx, id: number, now: Date): Promise<void> {
  await tx
    .updateTable('adminSession')
    .set({ endedAt: now })
    .where('id', '=', id)
    .where('endedAt', 'is', null)
    .execute()
}

/** Ends the sessions of a person, but for the one that is to go on. */
export async function endOfUser(
  tx: Tx,
  userId: number,
  now: Date,
  keptId: number | undefined = undefined,
): Promise<void> {
  await tx
    .updateTable('adminSession')
    .set({ endedAt: now })
    .where('userId', '=', userId)
    .where('endedAt', 'is', null)
    .where((eb) => (keptId === undefined ? eb.lit(true) : eb('id', '!=', keptId)))
    .execute()
}

/** Whether a session was not ended; if so, it is not until the transaction ends. */
export async function hold(tx: Tx, id: number): Promise<boolean> {
  const row = await tx
    .selectFrom('adminSession')
    .select('id')
    .where('id', '=', id)
    .where('endedAt', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  return row !== undefined
}

export async function deleteExpired(db: Db, before: Date): Promise<void> {
  await db.deleteFrom('adminSession').where('expiresAt', '<', before).execute()
}
