import { type Kysely, sql } from 'kysely'

/* Gateways, each with a token of its own, and how every core hears of what they have to be told. */

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table gateway (
      id bigint generated always as identity primary key,
      location_id bigint not null references location on delete cascade,
      name text not null,
      jti uuid not null constraint gateway_jti_key unique,
      issued_at timestamptz not null,
      issued_by bigint references "user" on delete set null,
      expires_at timestamptz not null,
      revoked_at timestamptz,
      request_id uuid constraint gateway_request_id_key unique,
      -- When the log last said that the token is about to expire.
      expiry_logged_at timestamptz,
      -- What the last call told, and was told.
      hostname text,
      display_name text,
      version text,
      system text,
      revision bigint,
      last_seen_at timestamptz
    );
    -- A revoked one gives its name free.
    create unique index gateway_location_id_name_key on gateway (location_id, folded(name))
      where revoked_at is null;

    -- Streams of updates that are open. One whose core has died is not seen any more, and counts for
    -- nothing after a minute.
    create table gateway_stream (
      id uuid primary key,
      gateway_id bigint not null references gateway on delete cascade,
      opened_at timestamptz not null,
      last_seen_at timestamptz not null
    );
    create index gateway_stream_gateway_id on gateway_stream (gateway_id);

    create function announce_location_change() returns trigger language plpgsql as $$
      begin
        perform pg_notify('defguard_location', '');
        return null;
      end
    $$;
    create trigger location_revision_announce after update of revision on location for each row
      when (new.revision <> old.revision) execute function announce_location_change();
    create trigger gateway_end_announce after update of revoked_at on gateway for each row
      when (new.revoked_at is not null) execute function announce_location_change();
    create trigger gateway_removal_announce after delete on gateway for each row
      execute function announce_location_change();
  `.execute(db)
}
