import type { Db } from './database.js'
import type { NewAuditEvent } from './schema.js'

export async function insert(db: Db, event: NewAuditEvent): Promise<void> {
  await db.insertInto('auditEvent').values(event).execute()
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
