import type { Db, Tx } from './database.js'
import type { AuditKey } from './schema.js'

/** Newest first. */
export function list(db: Db): Promise<AuditKey[]> {
  return db.selectFrom('auditKey').selectAll().orderBy('firstPosition', 'desc').execute()
}

/** Adds a key, or puts it in the place of the one with the same first position. */
export async function put(tx: Tx, key: AuditKey): Promise<void> {
  await tx
    .insertInto('auditKey')
    .values(key)
    .onConflict((conflict) => conflict.column('firstPosition').doUpdateSet(key))
    .execute()
}
