import { type Kysely, sql } from 'kysely'

/* Admins see what became of each mail, and have it tried again. */

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    -- What was tried to send a mail. One without an end goes on, or its worker went away.
    create table mail_attempt (
      mail_id bigint not null references mail on delete cascade,
      -- From 1: what mail.attempts was then.
      number integer not null,
      started_at timestamptz not null,
      ended_at timestamptz,
      outcome text constraint mail_attempt_outcome_check
        check (outcome in ('sent', 'failed', 'given_up')),
      -- The mail server's words, without what they repeat of logins and links.
      error text,
      -- Host and port of the mail server.
      server text not null,
      primary key (mail_id, number),
      constraint mail_attempt_end_check check ((ended_at is null) = (outcome is null))
    );

    alter table mail
      -- From when on it is to be sent, if not from its creation: it is tried for three days.
      add column due_since timestamptz,
      -- How many attempts were made before that, which its pauses no longer count.
      add column earlier_attempts integer not null default 0;

    -- Parts of a long list, newest first.
    create index mail_state_id on mail (state, id);
    create index mail_kind_id on mail (kind, id);
    create index mail_recipient_id on mail (folded(recipient), id);
    -- Whose contents are still there: few, for they go as soon as nobody needs them.
    create index mail_held on mail (created_at) where variables_sealed is not null;
    create index mail_created_at on mail (created_at);
  `.execute(db)
}
