import { type Kysely, sql } from 'kysely'

/* Room in each page, so that reports change rows where they are (HOT): they come twice a minute. */

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table device_stats set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
  `.execute(db)
}
