import { sql } from 'kysely'
import type { Db, Tx } from './database.js'

/** Wakes whoever works requests off; sent when the request is kept. */
export const PASSWORD_RESET_CHANNEL = 'defguard_password_reset'

/** How many of one client's requests wait at the same time; what is beyond is dropped. */
const WAITING_PER_CLIENT_MAX = 30

export interface PasswordResetRequest {
  /** Whose address was typed; null for nobody's. */
  readonly userId: number | null
  readonly requestedAt: Date
  readonly ip: string | null
  readonly userAgent: string | null
  readonly requestId: string | null
}

/** Keeps a request, in one statement that does not look whose address it is. */
export async function insert(
  db: Db,
  request: {
    email: string
    requestedAt: Date
    ip: string | null
    userAgent: string | null
    requestId: string | null
  },
): Promise<void> {
  const { email, requestedAt, ip, userAgent, requestId } = request
  await sql`
    with kept as (
      insert into password_reset_request (email, requested_at, ip, user_agent, request_id)
      select ${email}, ${requestedAt}::timestamptz, ${ip}::text, ${userAgent}::text, ${requestId}::text
      where (
        select count(*) from (
          select from password_reset_request
          where ip is not distinct from ${ip}::text limit ${WAITING_PER_CLIENT_MAX}
        ) waiting
      ) < ${WAITING_PER_CLIENT_MAX}
      returning id
    )
    select pg_notify(${PASSWORD_RESET_CHANNEL}, '') from kept
  `.execute(db)
}

/** Takes the oldest requests that no other core holds, with whose they are; kept if this rolls back. */
export async function take(tx: Tx, limit: number): Promise<PasswordResetRequest[]> {
  const { rows } = await sql<PasswordResetRequest>`
    with taken as (
      delete from password_reset_request where id in (
        select id from password_reset_request order by id limit ${limit} for update skip locked
      )
      returning *
    )
    select owner.id as user_id, taken.requested_at, taken.ip, taken.user_agent, taken.request_id
    from taken left join "user" owner on folded(owner.email) = folded(taken.email)
    order by taken.id
  `.execute(tx)
  return rows
}
