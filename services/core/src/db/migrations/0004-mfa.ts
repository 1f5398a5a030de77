import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    -- The second factors of an account. The last step is that of the newest TOTP code it took.
    alter table "user"
      add totp_secret_sealed bytea,
      add totp_last_step bigint,
      add mfa_email boolean not null default false,
      add mfa_wrong_codes integer not null default 0,
      add mfa_locked_until timestamptz,
      add constraint user_totp_check check (totp_secret_sealed is not null or totp_last_step is null);

    -- Second factors that are being set up: of one session, until that very session activates.
    create table mfa_setup (
      enrollment_session_id bigint primary key references enrollment_session on delete cascade,
      totp_secret_sealed bytea,
      totp_last_step bigint,
      totp_wrong_codes integer not null default 0,
      -- What was proved stays in force until another secret is proved.
      confirmed_totp_secret_sealed bytea,
      confirmed_totp_step bigint,
      email_code_hash bytea,
      email_code_expires_at timestamptz,
      email_code_sent_at timestamptz,
      email_wrong_codes integer not null default 0,
      email_confirmed_at timestamptz,
      constraint mfa_setup_confirmed_totp_check
        check ((confirmed_totp_secret_sealed is null) = (confirmed_totp_step is null)),
      constraint mfa_setup_email_code_check
        check (email_code_hash is null or email_code_expires_at is not null and email_code_sent_at is not null)
    );

    -- Of a set-up until it is adopted, then of the account.
    create table recovery_code (
      id bigint generated always as identity primary key,
      mfa_setup_id bigint references mfa_setup on delete cascade,
      user_id bigint references "user" on delete cascade,
      code_hash bytea not null,
      used_at timestamptz,
      constraint recovery_code_owner_check check (num_nonnulls(mfa_setup_id, user_id) = 1)
    );
    create index recovery_code_mfa_setup_id on recovery_code (mfa_setup_id);
    create unique index recovery_code_user_id_code_hash_key on recovery_code (user_id, code_hash);

    -- The code that was mailed to a person who logs in; the newest one.
    create table login_code (
      user_id bigint primary key references "user" on delete cascade,
      code_hash bytea not null,
      expires_at timestamptz not null,
      sent_at timestamptz not null
    );

    alter table settings
      add enrollment_mfa_required boolean not null default false,
      add notify_user_mfa_enabled boolean not null default true;

    -- When what the mail says is over: from then on it is not sent.
    alter table mail add expires_at timestamptz;
    create index mail_expires_at on mail (expires_at) where variables_sealed is not null;
  `.execute(db)
}
