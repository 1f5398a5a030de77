import type pg from 'pg'
import { waitFor } from './_core.js'
import { query } from './_database.js'

/** A mail as the outbox keeps it. */
export interface MailRow extends pg.QueryResultRow {
  readonly id: number
  readonly kind: string
  readonly state: string
  readonly attempts: number
  readonly message_id: string
  readonly next_attempt_at: Date
  readonly last_error: string | null
  readonly variables_sealed: Buffer | null
}

export function mailRows(databaseUrl: string, recipient: string): Promise<MailRow[]> {
  const text = 'select * from mail where recipient = $1 order by id'
  return query<MailRow>(databaseUrl, text, [recipient])
}

export async function mailInState(
  databaseUrl: string,
  recipient: string,
  state: string,
): Promise<MailRow> {
  return waitFor(async () => {
    const rows = await mailRows(databaseUrl, recipient)
    return rows.find((row) => row.state === state)
  })
}

/** How many mails are in which state. */
export async function mailCounts(databaseUrl: string): Promise<Record<string, number>> {
  const rows = await query<{ state: string; count: number }>(
    databaseUrl,
    'select state, count(*)::int as count from mail group by state',
  )
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]))
}

/** Makes every core look for mail now instead of within a second. */
export async function wakeDelivery(databaseUrl: string): Promise<void> {
  await query(databaseUrl, `select pg_notify('defguard_mail', '')`)
}
