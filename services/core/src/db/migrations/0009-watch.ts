import { type Kysely, sql } from 'kysely'

/* Following what happens to enrollments. */

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    -- The transaction that writes a row. Declared immutable, which it is for a row that is never
    -- updated, so that it may make a generated column: a dump does not hold those, and restoring it
    -- elsewhere counts the transactions of that place. The argument keeps the planner from asking once
    -- for all rows.
    create function writing_transaction(id bigint) returns xid8 language plpgsql immutable as $$
      begin
        return pg_current_xact_id();
      end
    $$;

    -- Ids are given out before their rows can be seen, in any order. Rows of transactions that are
    -- older than every running one are all there, so readers go by the transaction first.
    alter table audit_event
      add column transaction_id xid8 generated always as (writing_transaction(id)) stored;
    create index audit_event_transaction_id on audit_event (transaction_id, id);

    create function announce_enrollment_event() returns trigger language plpgsql as $$
      begin
        perform pg_notify('defguard_enrollment_event', '');
        return null;
      end
    $$;
    create trigger audit_event_announce after insert on audit_event for each row
      when (new.action ~ '^(enrollment|desktop|network_device|mail)[.]')
      execute function announce_enrollment_event();

    -- Whether it is in the audit log that time has ended the token.
    alter table enrollment_token add column end_recorded boolean not null default false;
    update enrollment_token set end_recorded = true
      where coalesce(session_deadline, expires_at) <= now();
    create index enrollment_token_end on enrollment_token ((coalesce(session_deadline, expires_at)))
      where not end_recorded and revoked_at is null and consumed_at is null;
  `.execute(db)
}
