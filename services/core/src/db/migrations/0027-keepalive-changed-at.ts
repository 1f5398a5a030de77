import { type Kysely, sql } from 'kysely'

/* When the keepalive of a location was last changed, for gateways that were away then. Null: never. */

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table location add column keepalive_changed_at timestamptz`.execute(db)
}
