import { type Kysely, sql } from 'kysely'

/*
 * What gateways say of the devices that are connected: the latest of each device in each location; and
 * whether they are connected themselves.
 */

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table device_stats (
      device_id bigint not null references device on delete cascade,
      location_id bigint not null references location on delete cascade,
      -- Where it comes from, and how many bytes went there and came from there since its gateway
      -- has known it.
      endpoint text,
      sent_bytes bigint not null,
      received_bytes bigint not null,
      latest_handshake_at timestamptz,
      -- The first handshake of those that have followed each other without a long silence.
      connected_at timestamptz,
      told_at timestamptz not null,
      primary key (device_id, location_id)
    );
    create index device_stats_location_id on device_stats (location_id);
    create index device_stats_told_at on device_stats (told_at);

    -- What the audit log says of it.
    alter table gateway add column is_connected boolean not null default false;
  `.execute(db)
}
