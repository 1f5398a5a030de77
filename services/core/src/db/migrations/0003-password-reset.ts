import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    -- Who asked for a link and was not looked at yet. A row goes in the transaction that acts on it.
    create table password_reset_request (
      id bigint generated always as identity primary key,
      -- As typed: nobody has looked whose it is.
      email text not null constraint password_reset_request_email_check check (length(email) <= 255),
      requested_at timestamptz not null,
      ip text,
      user_agent text,
      request_id text
    );
    create index password_reset_request_ip on password_reset_request (ip);

    create table password_reset_token (
      id bigint generated always as identity primary key,
      token_hash bytea not null constraint password_reset_token_token_hash_key unique,
      user_id bigint not null references "user" on delete cascade,
      issued_at timestamptz not null,
      expires_at timestamptz not null,
      started_at timestamptz,
      session_deadline timestamptz,
      consumed_at timestamptz,
      revoked_at timestamptz,
      constraint password_reset_token_start_check
        check ((started_at is null) = (session_deadline is null)),
      constraint password_reset_token_consumed_check
        check (consumed_at is null or started_at is not null)
    );
    -- At most one that is neither consumed nor revoked: issuing revokes the older one, so whoever
    -- consumes one leaves no other behind.
    create unique index password_reset_token_live_key on password_reset_token (user_id)
      where consumed_at is null and revoked_at is null;
    create index password_reset_token_user_id_issued_at on password_reset_token (user_id, issued_at);

    create table password_reset_session (
      id bigint generated always as identity primary key,
      password_reset_token_id bigint not null references password_reset_token on delete cascade,
      session_hash bytea not null constraint password_reset_session_session_hash_key unique,
      created_at timestamptz not null,
      ended_at timestamptz,
      -- When this session set the password; a repeat by it succeeds.
      reset_at timestamptz
    );
    create index password_reset_session_password_reset_token_id
      on password_reset_session (password_reset_token_id);

    alter table mail
      -- Like enrollment_token_id: the mail goes out only while this token waits for its first use.
      add column password_reset_token_id bigint references password_reset_token on delete cascade;
    create index mail_password_reset_token_id on mail (password_reset_token_id);

    alter table settings
      add column password_reset_enabled boolean not null default true,
      add column notify_user_password_changed boolean not null default true;
  `.execute(db)
}
