import { sql } from 'kysely'
import type { ChainPoint } from '../domain/audit-chain.js'
import type { Db, Tx } from './database.js'
import type { AuditCut } from './schema.js'

/** Where the chain begins; undefined while nothing was dropped. */
export function findNewest(db: Db): Promise<AuditCut | undefined> {
  return db.selectFrom('auditCut').selectAll().orderBy('position', 'desc').executeTakeFirst()
}

/** The start of the month from which on events are kept. */
export async function findLimit(db: Db, now: Date): Promise<Date> {
  const { rows } = await sql<{ limit: Date }>`
    select audit_retention_limit(${now}) as limit`.execute(db)
  const [row] = rows
  if (!row) throw new Error('The database gave no limit.')
  return row.limit
}

/** The last of the oldest links, at most so many, whose events are all older than that. */
export async function findDroppable(
  db: Db,
  olderThan: Date,
  limit: number,
): Promise<ChainPoint | undefined> {
  const { rows } = await sql<ChainPoint>`
    with oldest as (
      select l.position, l.link, e.at from audit_link l left join audit_event e on e.id = l.event_id
      order by l.position limit ${limit})
    select position, link from oldest
    where position < coalesce(
      (select min(position) from oldest where at >= ${olderThan} or at is null),
      (select max(position) + 1 from oldest))
    order by position desc limit 1`.execute(db)
  return rows[0]
}

/** Drops all up to there; the database refuses what is not past its retention. */
export async function drop(
  tx: Tx,
  upTo: { position: number; code: Buffer },
  olderThan: Date,
  now: Date,
): Promise<number> {
  const { rows } = await sql<{ dropped: number }>`
    select drop_audit_events(${upTo.position}, ${upTo.code}, ${olderThan}, ${now}) as dropped`.execute(
    tx,
  )
  return rows[0]?.dropped ?? 0
}
