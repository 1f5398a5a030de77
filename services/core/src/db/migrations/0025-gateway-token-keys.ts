import { type Kysely, sql } from 'kysely'

/*
 * Under which key a gateway's token is signed, so that nobody takes away a key that one still needs.
 * Null for tokens of earlier days, until their gateway calls.
 */

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table gateway add column key_id bytea`.execute(db)
}
