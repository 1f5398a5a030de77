import { type Kysely, sql } from 'kysely'

/* Mails to admins about gateways that are gone, and back. */

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table settings
      add column gateway_disconnect_notifications_enabled boolean not null default false,
      add column gateway_disconnect_notifications_inactivity_threshold integer not null default 5
        constraint settings_gateway_inactivity_threshold_check check
          (gateway_disconnect_notifications_inactivity_threshold between 1 and 10080),
      add column gateway_disconnect_notifications_reconnect_notification_enabled boolean
        not null default false;

    alter table gateway
      -- When a stream of it was last seen open.
      add column followed_at timestamptz,
      -- Since when it is gone, once admins have been told.
      add column outage_since timestamptz;

    -- Since when somebody has looked without a break whether gateways are there.
    create table gateway_watch (
      only_row boolean primary key default true check (only_row),
      began_at timestamptz not null,
      last_at timestamptz not null
    );
    insert into gateway_watch (began_at, last_at) values ('epoch', 'epoch');
  `.execute(db)
}
