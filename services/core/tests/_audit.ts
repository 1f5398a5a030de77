import { AuditDamage, type AuditVerdict } from '@defguard/proto/admin/v1/audit'
import { type TestCore, waitFor } from './_core.js'
import { query } from './_database.js'

/** Waits until every event has its link, but for so many that get none. */
export function chained(core: TestCore, without = 0): Promise<number> {
  return waitFor(async () => {
    const [row] = await query<{ events: string; links: string }>(
      core.databaseUrl,
      'select (select count(*) from audit_event) events, (select count(*) from audit_link) links',
    )
    const isDone = row && Number(row.events) - without === Number(row.links)
    return isDone ? Number(row.links) : undefined
  })
}

/** What somebody does who owns the database: no trigger stands in their way. */
export async function tamper(core: TestCore, statements: string): Promise<void> {
  await query(core.databaseUrl, `set session_replication_role = replica; ${statements}`)
}

export async function verify(core: TestCore, since = ''): Promise<AuditVerdict> {
  let verdict: AuditVerdict | undefined
  for await (const piece of core.clients.verifyAudit(since)) verdict = piece.verdict
  if (!verdict) throw new Error('There was no verdict.')
  return verdict
}

/** `edited 17`: what was found, and which event. */
export async function damage(core: TestCore, since = ''): Promise<string> {
  const { damage: kind, event_id, position } = await verify(core, since)
  if (kind === AuditDamage.UNSPECIFIED) return 'none'
  const which = event_id === undefined ? `at ${position}` : `of ${event_id}`
  return `${AuditDamage[kind]?.toLowerCase()} ${which}`
}

export interface Link {
  readonly position: number
  readonly event: number
  readonly text: string
}

/** Every link in order, `text` as core logs it. */
export async function links(core: TestCore): Promise<Link[]> {
  const rows = await query<{ position: string; event: string; link: string }>(
    core.databaseUrl,
    `select position, event_id as event, encode(link, 'hex') as link from audit_link order by position`,
  )
  return rows.map(({ position, event, link }) => ({
    position: Number(position),
    event: Number(event),
    text: `${position}:${link}`,
  }))
}

export interface RecordedEvent {
  readonly actorKind: string
  readonly actorName: string | null
  readonly action: string
  readonly object: string | null
  readonly result: string
  readonly reason: string | null
  readonly ip: string | null
  readonly userAgent: string | null
}

/** What was recorded while something was done, once `action` is part of it. */
export async function recorded(
  core: TestCore,
  act: () => Promise<unknown>,
  action: string,
): Promise<RecordedEvent[]> {
  const url = core.databaseUrl
  const [last] = await query<{ id: string }>(
    url,
    'select coalesce(max(id), 0) as id from audit_event',
  )
  await act()
  return waitFor(async () => {
    const events = await query<RecordedEvent>(
      url,
      `select actor_kind as "actorKind", actor_name as "actorName", action, object_kind as object, result,
         reason, ip, user_agent as "userAgent" from audit_event where id > $1 order by id`,
      [last?.id],
    )
    return events.some((event) => event.action === action) ? events : undefined
  })
}
