import { type RawBuilder, sql } from 'kysely'
import type { ChainPoint } from '../domain/audit-chain.js'
import type { Db, Tx } from './database.js'
import type { Position } from './enrollment-events.js'

/** What the links of an event cover, as text that says exactly what the database holds. */
export interface ChainedRow {
  readonly id: string
  readonly at: string
  readonly actorKind: string
  readonly actorId: string | null
  readonly actorName: string | null
  readonly action: string
  readonly objectKind: string | null
  readonly objectId: string | null
  readonly objectName: string | null
  readonly result: string
  readonly reason: string | null
  readonly ip: string | null
  readonly userAgent: string | null
  readonly requestId: string | null
  readonly details: string | null
}

/** An event that may have to be chained. */
export interface Unchained extends ChainedRow {
  readonly eventId: number
  readonly transactionId: string
  readonly isChained: boolean
  readonly isForeign: boolean
}

/** A link with its event, if that is still there. */
export interface LinkRow {
  readonly position: number
  readonly link: Buffer
  readonly eventId: number
  readonly event: ChainedRow | undefined
}

export interface Head extends ChainPoint {
  readonly code: Buffer
}

/** The instant to the microsecond, whatever the session's style and zone; jsonb is canonical as it is. */
const COVERED = sql`e.id::text as id, extract(epoch from e.at)::text as at, e.actor_kind,
  e.actor_id::text as actor_id, e.actor_name, e.action, e.object_kind, e.object_id::text as object_id,
  e.object_name, e.result, e.reason, e.ip, e.user_agent, e.request_id, e.details::text as details`

/**
 * Events become visible out of order, but not by much: one whose id is lower than that of an event in
 * the chain, though it is said to be far older, was put there afterwards.
 */
const IS_FOREIGN: RawBuilder<boolean> = sql`coalesce(e.id < newest.id
  and e.at < newest.at - interval '1 hour', false)`
const NEWEST = sql`(select max(event_id) as id, (select at from audit_event
  where id = (select max(event_id) from audit_link)) as at from audit_link) newest`

/** Earlier events may only have become visible after these many later ones. */
const OVERLAP = 1000

export async function findHead(db: Db): Promise<Head | undefined> {
  return db.selectFrom('auditHead').select(['position', 'link', 'code']).executeTakeFirst()
}

/** Begins the chain; nothing where it has begun. */
export async function insertHead(tx: Tx, head: Head): Promise<void> {
  await tx.insertInto('auditHead').values(head).execute()
}

/** Moves the end of the chain on, unless somebody else has. */
export async function advanceHead(tx: Tx, from: ChainPoint, to: Head): Promise<boolean> {
  const row = await tx
    .updateTable('auditHead')
    .set(to)
    .where('position', '=', from.position)
    .returning('position')
    .executeTakeFirst()
  return row !== undefined
}

export async function insertLinks(
  tx: Tx,
  links: readonly (ChainPoint & { readonly eventId: number })[],
): Promise<void> {
  await sql`
    insert into audit_link (position, event_id, link)
    select * from unnest(${links.map(({ position }) => position)}::bigint[],
      ${links.map(({ eventId }) => eventId)}::bigint[], ${links.map(({ link }) => link)}::bytea[])
  `.execute(tx)
}

/** A position in the log before which no event waits for its link. */
export async function findResumePoint(db: Db): Promise<Position> {
  const { rows } = await sql<Position>`
    select e.transaction_id::text as transaction_id, e.id
    from (select event_id from audit_link order by position desc limit ${OVERLAP}) l
    join audit_event e on e.id = l.event_id
    order by e.transaction_id, e.id limit 1`.execute(db)
  return rows[0] ?? { transactionId: '0', id: 0 }
}

/** The events between two positions, in order; `until` is a horizon. */
export async function listUnchained(
  db: Db,
  { after, until }: { after: Position; until: Position },
  limit: number,
): Promise<Unchained[]> {
  const { rows } = await sql<Unchained>`
    select ${COVERED}, e.id as event_id, e.transaction_id::text as transaction_id,
      l.event_id is not null as is_chained, ${IS_FOREIGN} as is_foreign
    from audit_event e left join audit_link l on l.event_id = e.id cross join ${NEWEST}
    where (e.transaction_id, e.id) > (${after.transactionId}::xid8, ${after.id}::bigint)
      and e.transaction_id < ${until.transactionId}::xid8
    order by e.transaction_id, e.id limit ${limit}`.execute(db)
  return rows
}

/** The links after a position up to another, in order, whether or not their events are there. */
export async function listLinks(
  db: Db,
  { after, upTo }: { after: number; upTo: number },
  limit: number,
): Promise<LinkRow[]> {
  const { rows } = await sql<ChainedRow & { position: number; link: Buffer; eventId: number }>`
    select l.position, l.link, l.event_id, ${COVERED}
    from audit_link l left join audit_event e on e.id = l.event_id
    where l.position > ${after} and l.position <= ${upTo}
    order by l.position limit ${limit}`.execute(db)
  return rows.map(({ position, link, eventId, ...event }) => ({
    position,
    link,
    eventId,
    event: event.id === null ? undefined : event,
  }))
}

export async function findLastPosition(db: Db): Promise<number> {
  const row = await db
    .selectFrom('auditLink')
    .select((eb) => eb.fn.max('position').as('position'))
    .executeTakeFirst()
  return row?.position ?? 0
}

/** What there is of events without a link in one stretch of the log. */
export interface Stretch {
  /** Where the next one begins; null after the last. */
  readonly lastId: number | null
  readonly waiting: number
  /** The first that core has not written in its turn. */
  readonly foreignId: number | null
}

export async function countUnchained(db: Db, afterId: number | null, limit: number) {
  const { rows } = await sql<Stretch>`
    select max(e.id) as last_id,
      count(*) filter (where l.event_id is null and not ${IS_FOREIGN}) as waiting,
      min(e.id) filter (where l.event_id is null and ${IS_FOREIGN}) as foreign_id
    from (select id, at from audit_event where ${afterId}::bigint is null or id > ${afterId}
      order by id limit ${limit}) e
    left join audit_link l on l.event_id = e.id cross join ${NEWEST}`.execute(db)
  return rows[0] as Stretch
}
