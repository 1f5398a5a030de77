import { type Kysely, sql } from 'kysely'

/* After how long without a handshake a device counts as gone, for each location. */

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table location add column peer_disconnect_threshold integer not null default 300
      constraint location_peer_disconnect_threshold_check
        check (peer_disconnect_threshold between 180 and 86400);
  `.execute(db)
}
