import { type Kysely, sql } from 'kysely'

/*
 * Conventions. Times come from the application's clock; no rule asks the database for the time.
 * Texts that are unique "without regard to case" are compared through folded(). Constraints are named:
 * db/errors.ts translates their violations.
 */

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    -- Case folding by Unicode's rules, whatever the database's own collation is.
    create function folded(value text) returns text language sql immutable strict parallel safe
      return lower(normalize(value, NFKC) collate "und-x-icu");

    create table "group" (
      id bigint generated always as identity primary key,
      name text not null,
      role text not null constraint group_role_check check (role in ('none', 'auditor', 'user_admin', 'admin')),
      created_at timestamptz not null,
      request_id uuid constraint group_request_id_key unique
    );
    create unique index group_name_key on "group" (folded(name));
    insert into "group" (name, role, created_at) values ('admin', 'admin', now());

    create table "user" (
      id bigint generated always as identity primary key,
      username text not null,
      email text not null,
      first_name text not null,
      last_name text not null,
      phone text,
      language text,
      is_active boolean not null default true,
      password_hash text,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      activated_at timestamptz,
      request_id uuid constraint user_request_id_key unique
    );
    create unique index user_username_key on "user" (folded(username));
    create unique index user_email_key on "user" (folded(email));

    create table user_group (
      user_id bigint not null references "user" on delete cascade,
      group_id bigint not null references "group" on delete cascade,
      primary key (user_id, group_id)
    );
    create index user_group_group_id on user_group (group_id);

    create table location (
      id bigint generated always as identity primary key,
      name text not null,
      addresses text[] not null constraint location_addresses_check check (cardinality(addresses) between 1 and 10),
      endpoint text not null,
      port integer not null constraint location_port_check check (port between 1 and 65535),
      dns text[] not null,
      allowed_ips text[] not null constraint location_allowed_ips_check check (cardinality(allowed_ips) between 1 and 100),
      keepalive_interval integer not null constraint location_keepalive_check check (keepalive_interval between 0 and 65535),
      allow_all_groups boolean not null,
      public_key text not null constraint location_public_key_key unique,
      private_key_sealed bytea not null,
      -- Grows with every change of the location's peers; updating it is the location's lock.
      revision bigint not null default 0,
      created_at timestamptz not null,
      request_id uuid constraint location_request_id_key unique
    );
    create unique index location_name_key on location (folded(name));

    create table location_allowed_group (
      location_id bigint not null references location on delete cascade,
      group_id bigint not null references "group" on delete restrict,
      primary key (location_id, group_id)
    );
    create index location_allowed_group_group_id on location_allowed_group (group_id);

    -- The addresses nobody has, as ranges: the next free one is found in one indexed step.
    create table location_free_range (
      location_id bigint not null references location on delete cascade,
      position integer not null,
      first inet not null,
      last inet not null,
      primary key (location_id, position, first),
      constraint location_free_range_order_check check (first <= last and family(first) = family(last))
    );
    create unique index location_free_range_last_key on location_free_range (location_id, position, last);

    create table enrollment_token (
      id bigint generated always as identity primary key,
      kind text not null constraint enrollment_token_kind_check
        check (kind in ('enrollment', 'desktop_activation', 'network_device')),
      token_hash bytea not null constraint enrollment_token_token_hash_key unique,
      user_id bigint not null references "user" on delete cascade,
      issued_by bigint references "user" on delete set null,
      -- Where it was mailed, or null when it is handed over by hand.
      sent_to text,
      issued_at timestamptz not null,
      expires_at timestamptz not null,
      started_at timestamptz,
      session_deadline timestamptz,
      consumed_at timestamptz,
      revoked_at timestamptz,
      device_count integer not null default 0,
      constraint enrollment_token_start_check check ((started_at is null) = (session_deadline is null)),
      constraint enrollment_token_consumed_check
        check (consumed_at is null or (kind = 'enrollment' and started_at is not null))
    );
    -- At most one token of a kind that is neither consumed nor revoked: issuing revokes the older one.
    create unique index enrollment_token_live_key on enrollment_token (user_id, kind)
      where consumed_at is null and revoked_at is null and kind <> 'network_device';
    create index enrollment_token_user_id on enrollment_token (user_id);
    create index enrollment_token_issued_by on enrollment_token (issued_by);

    create table enrollment_session (
      id bigint generated always as identity primary key,
      enrollment_token_id bigint not null references enrollment_token on delete cascade,
      session_hash bytea not null constraint enrollment_session_session_hash_key unique,
      created_at timestamptz not null,
      ended_at timestamptz,
      activated_at timestamptz,
      ip text,
      user_agent text
    );
    create index enrollment_session_enrollment_token_id on enrollment_session (enrollment_token_id);

    create table device (
      id bigint generated always as identity primary key,
      user_id bigint not null references "user" on delete cascade,
      name text not null,
      public_key text not null constraint device_public_key_key unique,
      created_at timestamptz not null,
      -- Under which token and by which session it was made, as long as those rows are kept.
      enrollment_token_id bigint references enrollment_token on delete set null,
      enrollment_session_id bigint references enrollment_session on delete set null,
      first_polled_at timestamptz
    );
    create unique index device_user_id_name_key on device (user_id, folded(name));
    create index device_enrollment_token_id on device (enrollment_token_id);
    create index device_enrollment_session_id on device (enrollment_session_id);

    create table device_location (
      device_id bigint not null references device on delete cascade,
      location_id bigint not null references location on delete cascade,
      -- Which of the location's networks the address belongs to, from 1.
      position integer not null,
      address inet not null,
      primary key (device_id, location_id, position),
      constraint device_location_location_id_address_key unique (location_id, address)
    );

    create table polling_token (
      id bigint generated always as identity primary key,
      device_id bigint not null references device on delete cascade,
      token_hash bytea not null constraint polling_token_token_hash_key unique,
      created_at timestamptz not null,
      last_used_at timestamptz
    );
    create index polling_token_device_id on polling_token (device_id);

    create table admin_session (
      id bigint generated always as identity primary key,
      user_id bigint not null references "user" on delete cascade,
      session_hash bytea not null constraint admin_session_session_hash_key unique,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      ended_at timestamptz,
      ip text,
      user_agent text
    );
    create index admin_session_user_id on admin_session (user_id);
    create index admin_session_expires_at on admin_session (expires_at);

    create table settings (
      only_row boolean primary key default true constraint settings_only_row_check check (only_row),
      instance_id uuid not null default gen_random_uuid(),
      instance_name text not null default 'Defguard',
      logo text,
      accent_color text,
      default_language text not null default 'en',
      support_contact_name text,
      support_contact_email text,
      support_contact_phone text,
      enrollment_use_welcome_message_as_email boolean not null default true,
      enrollment_send_welcome_email boolean not null default true,
      enrollment_vpn_step_optional boolean not null default true,
      only_client_activation boolean not null default false,
      admin_device_management boolean not null default false,
      password_min_length integer not null default 8
        constraint settings_password_min_length_check check (password_min_length between 8 and 128),
      smtp_server text,
      smtp_port integer constraint settings_smtp_port_check check (smtp_port between 1 and 65535),
      smtp_encryption text not null default 'starttls'
        constraint settings_smtp_encryption_check check (smtp_encryption in ('none', 'starttls', 'implicittls')),
      smtp_user text,
      smtp_password_sealed bytea,
      smtp_sender text,
      -- Whether the mail settings of the environment were taken over; that happens once.
      smtp_seeded boolean not null default false,
      notify_admin_enrollment_completed boolean not null default true,
      notify_user_new_device boolean not null default true
    );
    insert into settings default values;

    -- Every version of every text; the newest of a kind and language is in force. Null: built in.
    create table onboarding_text (
      id bigint generated always as identity primary key,
      kind text not null constraint onboarding_text_kind_check check (kind in ('page', 'mail', 'subject')),
      language text not null,
      text text,
      author_id bigint references "user" on delete set null,
      author_name text not null,
      created_at timestamptz not null
    );
    create index onboarding_text_current on onboarding_text (language, kind, id desc);

    create table mail (
      id bigint generated always as identity primary key,
      kind text not null,
      recipient text not null,
      language text not null,
      -- Encrypted, for it may hold a link; erased once it is sent or can no longer be sent.
      variables_sealed bytea,
      message_id uuid not null constraint mail_message_id_key unique,
      -- The mail goes out only while this token waits for its first use.
      enrollment_token_id bigint references enrollment_token on delete cascade,
      state text not null constraint mail_state_check
        check (state in ('queued', 'sending', 'sent', 'failed', 'given_up', 'cancelled')),
      attempts integer not null default 0,
      created_at timestamptz not null,
      next_attempt_at timestamptz not null,
      -- While sending: when another worker may take over.
      leased_until timestamptz,
      sent_at timestamptz,
      last_error text,
      constraint mail_lease_check check ((state = 'sending') = (leased_until is not null))
    );
    create index mail_due on mail (next_attempt_at) where state in ('queued', 'failed');
    create index mail_leased on mail (leased_until) where state = 'sending';
    create index mail_enrollment_token_id on mail (enrollment_token_id);

    create table audit_event (
      id bigint generated always as identity primary key,
      at timestamptz not null,
      actor_kind text not null constraint audit_event_actor_kind_check
        check (actor_kind in ('admin', 'api_token', 'person', 'gateway', 'proxy', 'system')),
      actor_id bigint,
      actor_name text,
      action text not null,
      object_kind text,
      object_id bigint,
      object_name text,
      result text not null constraint audit_event_result_check check (result in ('ok', 'refused', 'failed')),
      reason text,
      ip text,
      user_agent text,
      request_id text,
      details jsonb
    );
    create index audit_event_at on audit_event (at);
    create index audit_event_action on audit_event (action, ip, at);

    create function refuse_change() returns trigger language plpgsql as $$
      begin
        raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
      end
    $$;
    create trigger audit_event_append_only before update or delete or truncate on audit_event
      for each statement execute function refuse_change();

    -- Who may use which location. Members of an admin group may use every one.
    create view location_access as
      select u.id as user_id, l.id as location_id
      from "user" u cross join location l
      where l.allow_all_groups
        or exists (
          select from location_allowed_group allowed join user_group member using (group_id)
          where allowed.location_id = l.id and member.user_id = u.id)
        or exists (
          select from user_group member join "group" g on g.id = member.group_id
          where member.user_id = u.id and g.role = 'admin');

    -- What a gateway may know: one row per address of a device whose owner is enabled and enrolled.
    create view peer as
      select at.location_id, at.device_id, at.position, at.address, d.public_key, d.name as device_name, u.username
      from device_location at
      join device d on d.id = at.device_id
      join "user" u on u.id = d.user_id
      where u.is_active and u.password_hash is not null;
  `.execute(db)
}
