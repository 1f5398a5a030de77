import { sql } from 'kysely'
import type { SecretHash } from '../domain/secret.js'
import type { Db, Tx } from './database.js'

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

export async function endOfUsers(tx: Tx, userIds: readonly number[], now: Date): Promise<void> {
  await sql`
    update admin_session set ended_at = ${now}
    where user_id = any(${userIds}::bigint[]) and ended_at is null
  `.execute(tx)
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
