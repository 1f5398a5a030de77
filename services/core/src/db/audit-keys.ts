import type { Db, Tx } from './database.js'
import type { AuditKey } from './schema.js'

/** Newest first. */
export function list(db: Db): Promise<AuditKey[]> {
  return db.selectFrom('auditKey').selectAll().orderBy('firstPosition', 'desc').execute()
}

export async function insert(tx: Tx, key: AuditKey): Promise<void> {
  await tx.insertInto('auditKey').values(key).execute()
}
