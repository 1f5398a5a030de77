import { sql } from 'kysely'
import { WRONG_CODES_MAX } from '../domain/mfa.js'
import type { SecretHash } from '../domain/secret.js'
import type { Db, Tx } from './database.js'

const WRONG_PASSWORDS_MAX = 5

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

/** Counts an attempt to tell the password once more; false when there were too many. */
export async function countPassword(db: Db, id: number): Promise<boolean> {
  const row = await db
    .updateTable('adminSession')
    .set((eb) => ({ wrongPasswords: eb('wrongPasswords', '+', 1) }))
    .where('id', '=', id)
    .where('endedAt', 'is', null)
    .where('wrongPasswords', '<', WRONG_PASSWORDS_MAX)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function forgetPasswords(db: Db, id: number): Promise<void> {
  await db.updateTable('adminSession').set({ wrongPasswords: 0 }).where('id', '=', id).execute()
}

/** Ends a session in which the password is being guessed. */
export async function endGuessing(db: Db, id: number, now: Date): Promise<void> {
  await db
    .updateTable('adminSession')
    .set({ endedAt: now })
    .where('id', '=', id)
    .where('endedAt', 'is', null)
    .where('wrongPasswords', '>=', WRONG_PASSWORDS_MAX)
    .execute()
}

/** Keeps the secret of an app that is to be proved, in place of an earlier one. */
export async function beginTotp(tx: Tx, id: number, totpSecretSealed: Buffer): Promise<void> {
  await tx
    .updateTable('adminSession')
    .set({ totpSecretSealed, totpWrongCodes: 0 })
    .where('id', '=', id)
    .execute()
}

/** Counts an attempt, before anything is compared; the secret, while there is one to try. */
export async function countTotpAttempt(db: Db, id: number): Promise<Buffer | null | undefined> {
  const row = await db
    .updateTable('adminSession')
    .set((eb) => ({ totpWrongCodes: eb('totpWrongCodes', '+', 1) }))
    .where('id', '=', id)
    .where('totpSecretSealed', 'is not', null)
    .where('totpWrongCodes', '<', WRONG_CODES_MAX)
    .returning('totpSecretSealed')
    .executeTakeFirst()
  return row?.totpSecretSealed
}

/** Takes what was proved, once. */
export async function endTotp(tx: Tx, id: number, totpSecretSealed: Buffer): Promise<boolean> {
  const row = await tx
    .updateTable('adminSession')
    .set({ totpSecretSealed: null })
    .where('id', '=', id)
    .where('totpSecretSealed', '=', totpSecretSealed)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function deleteExpired(db: Db, before: Date): Promise<void> {
  await db.deleteFrom('adminSession').where('expiresAt', '<', before).execute()
}
