import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    -- How often the holder of a link has asked an admin for help; each count has its limit in code.
    alter table enrollment_token
      add column note_count integer not null default 0,
      add column link_request_count integer not null default 0,
      add column link_requested_at timestamptz;

    alter table settings
      add column notify_admin_mistake_reported boolean not null default true,
      add column notify_admin_new_link_requested boolean not null default true;
  `.execute(db)
}
