import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    -- How often something was done in a window. Unlogged: counting must not wait for the disk, and all
    -- that a crash of PostgreSQL loses is that limits begin anew; a restart of it loses nothing.
    create unlogged table call_count (
      -- A hash of what is counted and of whom: small, of one size, and no secret or address to read.
      key bytea primary key,
      taken integer not null,
      ends_at timestamptz not null
    )
    -- Most statements raise a count in place.
    with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
    create index call_count_ends_at on call_count (ends_at);

    -- From where people have logged in, so that a flood of strangers never makes them wait.
    create table login_address (
      user_id bigint not null references "user" on delete cascade,
      -- An IPv4 address, or the /64 of an IPv6 one.
      subscriber text not null,
      last_login_at timestamptz not null,
      constraint login_address_pkey primary key (user_id, subscriber)
    );
    create index login_address_last_login_at on login_address (last_login_at);

    alter table enrollment_token add column start_count integer not null default 0;
    alter table password_reset_token add column start_count integer not null default 0;
  `.execute(db)
}
