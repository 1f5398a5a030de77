import type { CodeHash } from '../domain/mfa.js'
import type { Tx } from './database.js'

/** Puts a fresh set in the place of an earlier one. */
export async function replaceOfSetup(
  tx: Tx,
  mfaSetupId: number,
  codeHashes: readonly CodeHash[],
): Promise<void> {
  await tx.deleteFrom('recoveryCode').where('mfaSetupId', '=', mfaSetupId).execute()
  const rows = codeHashes.map((codeHash) => ({ mfaSetupId, codeHash }))
  await tx.insertInto('recoveryCode').values(rows).execute()
}

/** The same for an account. */
export async function replaceOfUser(
  tx: Tx,
  userId: number,
  codeHashes: readonly CodeHash[],
): Promise<void> {
  await deleteOfUser(tx, userId)
  const rows = codeHashes.map((codeHash) => ({ userId, codeHash }))
  await tx.insertInto('recoveryCode').values(rows).execute()
}

/** Makes the codes of a set-up those of the account. */
export async function adopt(tx: Tx, mfaSetupId: number, userId: number): Promise<void> {
  await tx
    .updateTable('recoveryCode')
    .set({ mfaSetupId: null, userId })
    .where('mfaSetupId', '=', mfaSetupId)
    .execute()
}

/** Takes a code of the account, once. @param codeHashes what the code may be stored as */
export async function use(
  tx: Tx,
  userId: number,
  codeHashes: readonly CodeHash[],
  now: Date,
): Promise<boolean> {
  const row = await tx
    .updateTable('recoveryCode')
    .set({ usedAt: now })
    .where('userId', '=', userId)
    .where('codeHash', 'in', codeHashes)
    .where('usedAt', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function deleteOfUser(tx: Tx, userId: number): Promise<void> {
  await tx.deleteFrom('recoveryCode').where('userId', '=', userId).execute()
}
