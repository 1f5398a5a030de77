import type { Db } from './database.js'
import type { NewAuditEvent } from './schema.js'

export async function insert(db: Db, event: NewAuditEvent): Promise<void> {
  await db.insertInto('auditEvent').values(event).execute()
}

/** So many rows fit into one statement. */
const ROWS_MAX = 1000

export async function insertAll(db: Db, events: readonly NewAuditEvent[]): Promise<void> {
  for (let from = 0; from < events.length; from += ROWS_MAX) {
    const rows = events.slice(from, from + ROWS_MAX)
    await db.insertInto('auditEvent').values(rows).execute()
  }
}
