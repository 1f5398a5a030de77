import { type Kysely, sql } from 'kysely'

/* A mail server's own certificate authority, how long it may take, and no half of a login. */

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    -- One half was never used.
    update settings set smtp_user = null, smtp_password_sealed = null
      where (smtp_user is null) <> (smtp_password_sealed is null);
    alter table settings
      add column smtp_ca text,
      add column smtp_timeout_seconds integer not null default 15
        constraint settings_smtp_timeout_seconds_check check (smtp_timeout_seconds between 1 and 60),
      add constraint settings_smtp_login_check
        check ((smtp_user is null) = (smtp_password_sealed is null));
  `.execute(db)
}
