import { type Kysely, sql } from 'kysely'

/* A text that cannot be used is met at every start; it is recorded now and then. */

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table onboarding_text add column failure_recorded_at timestamptz;
  `.execute(db)
}
