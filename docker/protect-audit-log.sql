-- Takes the audit log out of core's hands. Core's role owns what it has made, and an owner can switch
-- the rules off that keep the log append-only. After this, core's role may read the log, add to it and
-- have dropped what is past its retention, and nothing else, also for whoever has stolen its password.
-- Once core has started for the first time, as a superuser and in core's database:
--   psql --set ON_ERROR_STOP=1 --dbname defguard --file docker/protect-audit-log.sql
-- It may be repeated. An upgrade that changes these tables stops with "must be owner of"; then hand them
-- back (reassign owned by defguard_audit to defguard), start core, and run this again.
do $$
declare
  core constant text := (select pg_get_userbyid(datdba) from pg_database where datname = current_database());
  keeper constant text := 'defguard_audit';
  name text;
begin
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
  -- Whoever owns a function can put another in its place.
  foreach name in array array['refuse_change', 'check_audit_cut', 'keep_audit_events', 'keep_audit_links',
    'audit_retention_limit', 'drop_audit_events', 'writing_transaction'] loop
    execute format('alter function %I owner to %I', name, keeper);
  end loop;
  execute format('grant execute on function drop_audit_events to %I', core);
  execute format('grant select (audit_retention_months) on settings to %I', keeper);
end
$$;
