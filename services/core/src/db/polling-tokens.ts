import { sql } from 'kysely'
import type { SecretHash } from '../domain/secret.js'
import type { Db, Tx } from './database.js'

/** Undefined when the device is gone or has another key meanwhile. */
export function insert(
  db: Db,
  token: { deviceId: number; publicKey: string; tokenHash: SecretHash; createdAt: Date },
): Promise<{ id: number } | undefined> {
  return db
    .insertInto('pollingToken')
    .columns(['deviceId', 'tokenHash', 'createdAt'])
    .expression((eb) =>
      eb
        .selectFrom('device')
        .select(({ val }) => [
          'id',
          sql<SecretHash>`${token.tokenHash}::bytea`.as('tokenHash'),
          val(token.createdAt).as('createdAt'),
        ])
        .where('id', '=', token.deviceId)
        .where('publicKey', '=', token.publicKey)
        .forKeyShare(),
    )
    .returning('id')
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
