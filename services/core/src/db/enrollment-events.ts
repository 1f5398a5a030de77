import { type RawBuilder, sql } from 'kysely'
import type { TokenKind } from '../domain/enrollment-token.js'
import type { Db } from './database.js'

/** Says to every replica, after a commit, that there may be an event to read; a trigger sends it. */
export const ENROLLMENT_EVENT_CHANNEL = 'defguard_enrollment_event'

/** Where a reader stands: events go by the transaction that wrote them, then by their ids. */
export interface Position {
  readonly transactionId: string
  readonly id: number
}

export interface EnrollmentEventRow extends Position {
  readonly at: Date
  readonly actorKind: string
  readonly actorName: string | null
  readonly action: string
  readonly objectKind: string | null
  readonly objectName: string | null
  readonly reason: string | null
  readonly ip: string | null
  readonly tokenId: number | null
  readonly tokenKind: TokenKind | null
  readonly username: string | null
  readonly networkDevice: string | null
  readonly mailError: string | null
}

/** Before it, every transaction has ended: what can be read there is all that there will ever be. */
export async function findHorizon(db: Db): Promise<Position> {
  const { rows } = await sql<{ transactionId: string }>`
    select pg_snapshot_xmin(pg_current_snapshot())::text as transaction_id`.execute(db)
  const [row] = rows
  if (!row) throw new Error('The database gave no snapshot.')
  return { transactionId: row.transactionId, id: 0 }
}

/** The events of these actions between two positions, in order; `until` is a horizon. */
export async function list(
  db: Db,
  between: { after: Position; until: Position },
  actions: readonly string[],
  limit: number,
): Promise<EnrollmentEventRow[]> {
  const { after, until } = between
  // The event's token, whatever the event is about.
  const tokenId: RawBuilder<number> = sql`coalesce((e.details->>'token')::bigint,
    case e.object_kind when 'enrollment_token' then e.object_id end)`
  const { rows } = await sql<EnrollmentEventRow>`
    select e.transaction_id::text as transaction_id, e.id, e.at, e.actor_kind, e.actor_name, e.action,
      e.object_kind, e.object_name, e.reason, e.ip, ${tokenId} as token_id, t.kind as token_kind,
      u.username, d.name as network_device, coalesce(a.error, e.details->>'error') as mail_error
    from audit_event e
    left join enrollment_token t on t.id = ${tokenId}
    left join "user" u on u.id = t.user_id
    left join device d on d.id = t.device_id
    left join mail_attempt a on e.object_kind = 'mail' and a.mail_id = e.object_id
      and a.number = (e.details->>'attempt')::integer
    where (e.transaction_id, e.id) > (${after.transactionId}::xid8, ${after.id}::bigint)
      and e.transaction_id < ${until.transactionId}::xid8
      and e.action = any(${[...actions]})
      -- Most mails are about something else.
      and (e.object_kind is distinct from 'mail' or e.details ? 'token')
    order by e.transaction_id, e.id
    limit ${limit}
  `.execute(db)
  return rows
}
