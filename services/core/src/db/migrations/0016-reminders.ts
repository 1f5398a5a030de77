import { type Kysely, sql } from 'kysely'

/* Reminding people of an invitation, and how soon a link may be mailed to somebody again. */

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    -- The message_id of the mail that this one follows. Where that did not arrive, or its cause is gone,
    -- this one is cancelled, and nobody misses it.
    alter table mail add column in_reply_to uuid;

    alter table settings
      add column enrollment_reminder boolean not null default true,
      add column enrollment_resend_cooldown_seconds integer not null default 60
        constraint settings_enrollment_resend_cooldown_seconds_check
        check (enrollment_resend_cooldown_seconds between 0 and 3600);
  `.execute(db)
}
