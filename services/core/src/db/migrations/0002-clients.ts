import { type Kysely, sql } from 'kysely'

/* Network devices, which belong to the company and not to a person, and what clients keep with a device. */

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table device alter column user_id drop not null;
    alter table device alter column public_key drop not null;
    -- A network device remembers for whom it was prepared, also when that account is gone.
    alter table device add column prepared_for_id bigint;
    alter table device add column prepared_for_name text;
    alter table device add column mobile_auth_key text;
    alter table device add column request_id uuid constraint device_request_id_key unique;
    alter table device add constraint device_owner_check check (
      case when user_id is null
        then prepared_for_id is not null and prepared_for_name is not null and mobile_auth_key is null
        else public_key is not null and prepared_for_id is null and prepared_for_name is null
      end);
    create unique index device_network_name_key on device (folded(name)) where user_id is null;
    create index device_prepared_for_name on device (folded(prepared_for_name));

    alter table enrollment_token add column device_id bigint references device on delete cascade;
    alter table enrollment_token add constraint enrollment_token_device_check
      check ((kind = 'network_device') = (device_id is not null));
    create unique index enrollment_token_device_live_key on enrollment_token (device_id)
      where revoked_at is null;

    -- Tokens that nobody has used for long are cleared away.
    create index polling_token_used_at on polling_token ((coalesce(last_used_at, created_at)));

    -- What a gateway may know: one row per address of a device whose owner is enabled and enrolled,
    -- or of a network device that has its key.
    create or replace view peer as
      select at.location_id, at.device_id, at.position, at.address, d.public_key, d.name as device_name,
        coalesce(u.username, d.prepared_for_name) as username
      from device_location at
      join device d on d.id = at.device_id
      left join "user" u on u.id = d.user_id
      where case when d.user_id is null
        then d.public_key is not null
        else u.is_active and u.password_hash is not null
      end;
  `.execute(db)
}
