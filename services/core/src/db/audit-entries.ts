import { type RawBuilder, sql } from 'kysely'
import type { Db } from './database.js'
import type { Page } from './page.js'
import type { AuditEvent } from './schema.js'

/** An event as admins read it: the time to the microsecond, what was named beside it as JSON text. */
export interface AuditEntry extends Omit<AuditEvent, 'at' | 'details' | 'transactionId'> {
  readonly atMicros: number
  readonly detailsJson: string | null
}

export interface ChainedEntry extends AuditEntry {
  readonly position: number
  readonly link: Buffer
}

export interface AuditFilter {
  readonly since: Date | undefined
  readonly until: Date | undefined
  /** Who acted or was acted upon, without regard to case; empty for all. */
  readonly username: string
  /** What the action begins with; empty for all. */
  readonly action: string
  readonly result: AuditEvent['result'] | undefined
  readonly ip: string
}

const ENTRY = sql`e.id, e.actor_kind,
  case when isfinite(e.at) then (extract(epoch from e.at) * 1000000)::bigint else 0 end as at_micros,
  e.actor_id, e.actor_name, e.action, e.object_kind, e.object_id, e.object_name, e.result, e.reason,
  e.ip, e.user_agent, e.request_id, e.details::text as details_json`

/**
 * Newest first. Each way to an event (as the one who acted or as the one acted upon; by each of the
 * actions) is a part of its own that an index gives in this order, so that no filter reads the whole log.
 */
export async function list(db: Db, filter: AuditFilter, page: Page): Promise<AuditEntry[]> {
  const ways = await waysTo(db, filter)
  if (ways.length === 0) return []
  const limit = page.size + 1
  const others = conditionsOf(filter, page)
  const parts = ways.map(
    (
      way,
    ) => sql`(select e.id, e.at from audit_event e where ${sql.join([way, ...others], sql` and `)}
      order by e.at desc, e.id desc limit ${limit})`,
  )
  const { rows } = await sql<AuditEntry>`
    select ${ENTRY} from (
      select * from (${sql.join(parts, sql` union `)}) found order by at desc, id desc limit ${limit}
    ) newest join audit_event e on e.id = newest.id
    order by e.at desc, e.id desc`.execute(db)
  return rows
}

/** The events after a position of the chain, in its order. */
export async function listChained(db: Db, after: number, limit: number): Promise<ChainedEntry[]> {
  const { rows } = await sql<ChainedEntry>`
    select ${ENTRY}, l.position, l.link
    from audit_link l join audit_event e on e.id = l.event_id
    where l.position > ${after} order by l.position limit ${limit}`.execute(db)
  return rows
}

async function waysTo(db: Db, filter: AuditFilter): Promise<RawBuilder<unknown>[]> {
  const { username, action } = filter
  const ofAction = sql`starts_with(e.action, ${action})`
  if (username !== '') {
    const isWanted = action === '' ? sql`true` : ofAction
    return [
      sql`folded(e.actor_name) = folded(${username}) and ${isWanted}`,
      sql`folded(e.object_name) = folded(${username}) and e.object_kind = any(${OBJECTS_OF_PEOPLE})
        and ${isWanted}`,
    ]
  }
  if (action === '') return [sql`true`]
  const actions = await findActions(db, action)
  return actions.map((found) => sql`e.action collate "C" = ${found}`)
}

/** The objects that bear the name of a person. */
const OBJECTS_OF_PEOPLE = ['user', 'enrollment_token', 'password_reset_token']

/** Every action of the log that begins so; looks at one entry of the index for each. */
async function findActions(db: Db, prefix: string): Promise<string[]> {
  const { rows } = await sql<{ action: string }>`
    with recursive found as (
      (select action collate "C" as action from audit_event where action collate "C" >= ${prefix}
        order by action collate "C" limit 1)
      union all
      select (select action collate "C" from audit_event where action collate "C" > found.action
        order by action collate "C" limit 1)
      from found where starts_with(found.action, ${prefix}))
    select action from found where starts_with(action, ${prefix})`.execute(db)
  return rows.map(({ action }) => action)
}

function conditionsOf(filter: AuditFilter, page: Page): RawBuilder<unknown>[] {
  const { since, until, result, ip } = filter
  return [
    ...(page.cursor === undefined
      ? []
      : [sql`(e.at, e.id) < (select at, id from audit_event where id = ${page.cursor})`]),
    ...(since ? [sql`e.at >= ${since}`] : []),
    ...(until ? [sql`e.at < ${until}`] : []),
    ...(result ? [sql`e.result = ${result}`] : []),
    ...(ip === '' ? [] : [sql`e.ip = ${ip}`]),
  ]
}
