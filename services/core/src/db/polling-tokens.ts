import { sql } from 'kysely'
import type { SecretHash } from '../domain/secret.js'
import type { Db, Tx } from './database.js'

export async function insert(
  tx: Tx,
  token: { deviceId: number; tokenHash: SecretHash; createdAt: Date },
): Promise<void> {
  await tx.insertInto('pollingToken').values(token).execute()
}

/** A token that was used after `usedAfter`, or made since, with its device and that one's person. */
export function findWithDevice(db: Db, tokenHash: SecretHash, usedAfter: Date) {
  return db
    .selectFrom('pollingToken')
    .innerJoin('device', 'device.id', 'pollingToken.deviceId')
    .leftJoin('user', 'user.id', 'device.userId')
    .selectAll('device')
    .select(['pollingToken.id as tokenId', 'pollingToken.lastUsedAt'])
    .select(['user.username', 'user.isActive'])
    .where('tokenHash', '=', tokenHash)
    .where(sql`coalesce(last_used_at, polling_token.created_at)`, '>', usedAfter)
    .executeTakeFirst()
}

/** Undefined when the token has ended meanwhile. */
export function noteUse(tx: Tx, id: number, now: Date): Promise<{ id: number } | undefined> {
  return tx
    .updateTable('pollingToken')
    .set({ lastUsedAt: now })
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst()
}

export async function endEarlier(tx: Tx, deviceId: number, id: number): Promise<void> {
  await tx
    .deleteFrom('pollingToken')
    .where('deviceId', '=', deviceId)
    .where('id', '<', id)
    .execute()
}

export async function endOfDevice(tx: Tx, deviceId: number): Promise<void> {
  await tx.deleteFrom('pollingToken').where('deviceId', '=', deviceId).execute()
}

/** Forgets tokens that nobody has used since `before`. */
export async function deleteUnused(db: Db, before: Date): Promise<void> {
  await db
    .deleteFrom('pollingToken')
    .where(sql`coalesce(last_used_at, created_at)`, '<=', before)
    .execute()
}
