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

/** Whether this was recorded for the address since `since`, so that a flood of guesses stays one row. */
export async function hasRecent(
  db: Db,
  event: { action: string; reason: string; ip: string | null },
  since: Date,
): Promise<boolean> {
  const row = await db
    .selectFrom('auditEvent')
    .select('id')
    .where('action', '=', event.action)
    .where('reason', '=', event.reason)
    .where((eb) => eb('ip', 'is not distinct from', event.ip))
    .where('at', '>', since)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
