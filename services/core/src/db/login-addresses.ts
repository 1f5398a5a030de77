import type { Db, Tx } from './database.js'

/** Whether somebody has logged in from an address since `since`; nobody has for no account. */
export async function isKnown(
  db: Db,
  userId: number | undefined,
  subscriber: string,
  since: Date,
): Promise<boolean> {
  const row = await db
    .selectFrom('loginAddress')
    .select('userId')
    .where('userId', '=', userId ?? null)
    .where('subscriber', '=', subscriber)
    .where('lastLoginAt', '>', since)
    .executeTakeFirst()
  return row !== undefined
}

export async function note(tx: Tx, userId: number, subscriber: string, now: Date): Promise<void> {
  await tx
    .insertInto('loginAddress')
    .values({ userId, subscriber, lastLoginAt: now })
    .onConflict((conflict) =>
      conflict.constraint('login_address_pkey').doUpdateSet({ lastLoginAt: now }),
    )
    .execute()
}

export async function deleteOld(tx: Tx, before: Date): Promise<void> {
  await tx.deleteFrom('loginAddress').where('lastLoginAt', '<=', before).execute()
}
