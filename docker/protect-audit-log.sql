-- Takes the audit log out of core's hands. Core's role owns what it has made, and an owner can switch
-- the rules off that keep the log append-only. After this, core's role may read the log, add to it and
-- have dropped what is past its retention, and nothing else, also for whoever has stolen its password.
-- Once core has started for the first time, as a superuser and in core's database:
--   psql --set ON_ERROR_STOP=1 --dbname defguard --file docker/protect-audit-log.sql
-- It may be repeated. An upgrade that changes these tables stops with "must be owner of"; then hand them
-- back (reassign owned by defguard_audit to defguard), start core, and run this again.
-- How long events are kept is a setting, and settings are core's. What keeps events whatever became of these
-- rests on nothing that core's role owns: three months, the shortest that may be set.
create or replace function check_audit_cut() returns trigger language plpgsql as $$
  begin
    if new.position <= (select coalesce(max(position), 0) from audit_cut)
      or new.older_than > date_trunc('month',
        (least(new.cut_at, now()) at time zone 'UTC') - interval '3 months') at time zone 'UTC'
      or not exists (select from audit_link l where l.position = new.position and l.link = new.link)
      or exists (select from audit_link l join audit_event e on e.id = l.event_id
        where l.position <= new.position and e.at >= new.older_than)
    then
      raise exception 'the audit log keeps these events' using errcode = 'insufficient_privilege';
    end if;
    return new;
  end
$$;
do $$
declare
  core constant text := (select pg_get_userbyid(datdba) from pg_database where datname = current_database());
  keeper constant text := 'defguard_audit';
  name text;
begin
  -- What core does to these tables by itself, chaining and dropping, waits meanwhile: it locks them in
  -- another order, and one of the two would be ended.
  perform pg_advisory_xact_lock(7230002), pg_advisory_xact_lock(7230019);
  if core = current_user or (select rolsuper from pg_roles where rolname = core) then
    raise exception 'The database belongs to %, from whom nothing can be kept: give core a role of its own.', core;
  end if;
  if not exists (select from pg_roles where rolname = keeper) then
    execute format('create role %I nologin', keeper);
  end if;
  -- The owner of a schema can drop whatever is in it.
  execute format('alter schema public owner to %I', current_user);
  execute format('grant usage, create on schema public to %I', core);
  execute format('grant usage on schema public to %I', keeper);
  foreach name in array array['audit_event', 'audit_link', 'audit_head', 'audit_cut', 'audit_key'] loop
    execute format('alter table %I owner to %I', name, keeper);
    execute format('revoke all on %I from %I', name, core);
  end loop;
  execute format('grant select, insert on audit_event, audit_link to %I', core);
  execute format('grant select, insert, update on audit_head, audit_key to %I', core);
  execute format('grant select on audit_cut to %I', core);
  -- Whoever owns a function can put another in its place, which then runs for the owner of the tables:
  -- those of their rules, their columns and their indexes.
  foreach name in array array['refuse_change', 'check_audit_cut', 'keep_audit_events', 'keep_audit_links',
    'drop_audit_events', 'writing_transaction', 'folded'] loop
    execute format('alter function %I owner to %I', name, keeper);
  end loop;
  execute format('grant execute on function drop_audit_events to %I', core);
end
$$;
