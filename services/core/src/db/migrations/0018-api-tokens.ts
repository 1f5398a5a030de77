import { type Kysely, sql } from 'kysely'

/* What programs act with for those who administer, and second factors that are set up at a login. */

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table api_token (
      id bigint generated always as identity primary key,
      user_id bigint not null references "user" on delete cascade,
      name text not null,
      token_hash bytea not null constraint api_token_token_hash_key unique,
      scopes text[] not null constraint api_token_scopes_check check (cardinality(scopes) > 0),
      created_at timestamptz not null,
      expires_at timestamptz not null,
      revoked_at timestamptz,
      last_used_at timestamptz,
      last_used_ip text,
      request_id uuid,
      constraint api_token_user_id_request_id_key unique (user_id, request_id)
    );
    -- A revoked one gives its name free.
    create unique index api_token_user_id_name_key on api_token (user_id, folded(name))
      where revoked_at is null;

    -- A secret that is being set up belongs to one session.
    alter table admin_session
      add column totp_secret_sealed bytea,
      add column totp_wrong_codes integer not null default 0,
      add column wrong_passwords integer not null default 0;

    -- The account was to have a second factor when it was activated.
    alter table "user" add column mfa_demanded boolean not null default false;
  `.execute(db)
}
