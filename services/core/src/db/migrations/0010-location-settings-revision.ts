import { type Kysely, sql } from 'kysely'

/* Lets admins notice that somebody else has changed a location since they looked at it. */

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table location add column settings_revision bigint not null default 1;
  `.execute(db)
}
