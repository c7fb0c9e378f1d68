-- What the server's role may do. Runs after every migration as the owner; {role} is the server's role, quoted.
-- What was once written to the ledger and the audit log stays: corrections are new rows.
do $$
declare
  append_only text;
begin
  execute format('grant connect on database %I to {role}', current_database());
  grant usage on schema public to {role};
  grant select, insert, update, delete on all tables in schema public to {role};
  grant usage, select on all sequences in schema public to {role};
  alter default privileges in schema public grant select, insert, update, delete on tables to {role};
  alter default privileges in schema public grant usage, select on sequences to {role};
  foreach append_only in array array['transfers', 'entries', 'seals', 'audit_entries'] loop
    if to_regclass('public.' || append_only) is not null then
      execute format('revoke update, delete, truncate on %I from {role}', append_only);
    end if;
  end loop;
  revoke insert, update, delete, truncate on schema_migrations from {role};
end
$$;
