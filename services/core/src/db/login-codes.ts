import { after } from '../domain/clock.js'
import { type CodeHash, MAIL_PAUSE_MS } from '../domain/mfa.js'
import type { Db, Tx } from './database.js'

/** The code that a person was mailed to log in with, while it is good. */
export async function find(db: Db, userId: number, now: Date): Promise<CodeHash | undefined> {
  const row = await db
    .selectFrom('loginCode')
    .select('codeHash')
    .where('userId', '=', userId)
    .where('expiresAt', '>', now)
    .executeTakeFirst()
  return row?.codeHash
}

/** Keeps a code that is to be mailed; false, and nothing, when the last one went out just now. */
export async function offer(
  tx: Tx,
  userId: number,
  code: { codeHash: CodeHash; expiresAt: Date; sentAt: Date },
): Promise<boolean> {
  const row = await tx
    .insertInto('loginCode')
    .values({ userId, ...code })
    .onConflict((conflict) =>
      conflict
        .column('userId')
        .doUpdateSet(code)
        .where('loginCode.sentAt', '<=', after(code.sentAt, -MAIL_PAUSE_MS)),
    )
    .returning('userId')
    .executeTakeFirst()
  return row !== undefined
}

/** Takes a right code, once. */
export async function take(tx: Tx, userId: number, codeHash: CodeHash): Promise<boolean> {
  const row = await tx
    .deleteFrom('loginCode')
    .where('userId', '=', userId)
    .where('codeHash', '=', codeHash)
    .returning('userId')
    .executeTakeFirst()
  return row !== undefined
}

export async function deleteExpired(db: Db, now: Date): Promise<void> {
  await db.deleteFrom('loginCode').where('expiresAt', '<=', now).execute()
}

export async function deleteOfUser(tx: Tx, userId: number): Promise<void> {
  await tx.deleteFrom('loginCode').where('userId', '=', userId).execute()
}
