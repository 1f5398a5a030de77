import { type Kysely, sql } from 'kysely'

/* Tells a language that a person's page has said from one that an admin has chosen. */

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table "user" add column suggested_language text;
  `.execute(db)
}
