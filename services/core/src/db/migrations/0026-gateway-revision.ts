import { type Kysely, sql } from 'kysely'

/* Which revision a gateway was handed out said nothing: it is told what changes since. */

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table gateway drop column revision`.execute(db)
}
