import { type Kysely, sql } from 'kysely'

/* The audit log shows what was done to it, is read by many filters, and loses its oldest months. */

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table settings add column audit_retention_months integer not null default 24
      constraint settings_audit_retention_months_check check (audit_retention_months between 3 and 240);

    -- What links are made with, sealed: the newest key whose first position is reached.
    create table audit_key (
      first_position bigint primary key,
      key_sealed bytea not null,
      created_at timestamptz not null
    );

    -- One link per event, in the order of the chain: each an HMAC over the one before and the event.
    create table audit_link (
      position bigint primary key,
      event_id bigint not null constraint audit_link_event_id_key unique,
      link bytea not null
    );

    -- Where the chain ends, so that an end that is cut off is missed. The code under a key that is not
    -- here keeps anybody from making one that fits a shorter chain.
    create table audit_head (
      only_row boolean primary key default true constraint audit_head_only_row_check check (only_row),
      position bigint not null,
      link bytea not null,
      code bytea not null
    );

    -- Where the chain begins since its oldest events were dropped: the last link of these.
    create table audit_cut (
      position bigint primary key,
      link bytea not null,
      code bytea not null,
      -- All that was dropped had happened before: the start of a month.
      older_than timestamptz not null,
      cut_at timestamptz not null
    );

    create function audit_retention_limit(moment timestamptz) returns timestamptz language sql stable
      return (select date_trunc('month', (least(moment, now()) at time zone 'UTC')
        - make_interval(months => audit_retention_months)) at time zone 'UTC' from settings);

    -- The rule of dropping, whoever tries: on from the last cut, and only what is past its retention,
    -- for which the database's own clock counts as well.
    create function check_audit_cut() returns trigger language plpgsql as $$
      begin
        if new.position <= (select coalesce(max(position), 0) from audit_cut)
          or new.older_than > audit_retention_limit(new.cut_at)
          or not exists (select from audit_link l where l.position = new.position and l.link = new.link)
          or exists (select from audit_link l join audit_event e on e.id = l.event_id
            where l.position <= new.position and e.at >= new.older_than)
        then
          raise exception 'the audit log keeps these events' using errcode = 'insufficient_privilege';
        end if;
        return new;
      end
    $$;
    create trigger audit_cut_check before insert on audit_cut for each row execute function check_audit_cut();

    create function keep_audit_events() returns trigger language plpgsql as $$
      begin
        if exists (select from gone left join audit_link l on l.event_id = gone.id
          where l.position is null or l.position > (select coalesce(max(position), 0) from audit_cut))
        then
          raise exception 'audit_event is append-only' using errcode = 'insufficient_privilege';
        end if;
        return null;
      end
    $$;
    create function keep_audit_links() returns trigger language plpgsql as $$
      begin
        if exists (select from gone where position > (select coalesce(max(position), 0) from audit_cut)) then
          raise exception 'audit_link is append-only' using errcode = 'insufficient_privilege';
        end if;
        return null;
      end
    $$;

    drop trigger audit_event_append_only on audit_event;
    create trigger audit_event_append_only before update or truncate on audit_event
      for each statement execute function refuse_change();
    create trigger audit_event_keep after delete on audit_event
      referencing old table as gone for each statement execute function keep_audit_events();
    create trigger audit_link_append_only before update or truncate on audit_link
      for each statement execute function refuse_change();
    create trigger audit_link_keep after delete on audit_link
      referencing old table as gone for each statement execute function keep_audit_links();
    create trigger audit_cut_append_only before update or delete or truncate on audit_cut
      for each statement execute function refuse_change();
    create trigger audit_key_keep before delete or truncate on audit_key
      for each statement execute function refuse_change();
    create trigger audit_head_keep before delete or truncate on audit_head
      for each statement execute function refuse_change();

    -- The only way in which events go. It may do so also where core's own role may not.
    create function drop_audit_events(up_to bigint, code bytea, older_than timestamptz, moment timestamptz)
      returns bigint language plpgsql security definer as $$
      declare dropped bigint;
      begin
        insert into audit_cut (position, link, code, older_than, cut_at)
          select l.position, l.link, drop_audit_events.code, drop_audit_events.older_than, moment
          from audit_link l where l.position = up_to;
        delete from audit_event e using audit_link l where l.event_id = e.id and l.position <= up_to;
        get diagnostics dropped = row_count;
        delete from audit_link l where l.position <= up_to;
        return dropped;
      end
    $$;
    -- Whoever calls it chooses no tables of their own for it.
    do $$ begin
      execute format('alter function drop_audit_events set search_path = %I, pg_temp', current_schema());
    end $$;
    revoke execute on function drop_audit_events from public;

    -- The list, newest first, by each of its filters.
    drop index audit_event_at;
    create index audit_event_at_id on audit_event (at, id);
    create index audit_event_action_at_id on audit_event (action collate "C", at, id);
    create index audit_event_ip_at_id on audit_event (ip, at, id);
    create index audit_event_result_at_id on audit_event (result, at, id) where result <> 'ok';
    create index audit_event_actor_at_id on audit_event (folded(actor_name), at, id);
    create index audit_event_object_at_id on audit_event (folded(object_name), at, id);
  `.execute(db)
}
