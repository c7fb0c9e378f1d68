-- Who asks a programme's upstream for the states of its orders, and what came of it. One node at a time holds the lease.
-- asked_at: the requests of the last minute, so that their number is kept to across nodes and restarts.
create table chain_followers (
  program_id   bigint primary key references programs,
  node         uuid not null,
  leased_until timestamptz not null,
  asked_at     timestamptz[] not null default '{}',
  paused_until timestamptz,
  failures     integer not null default 0, -- in a row
  succeeded_at timestamptz,
  failed_at    timestamptz,
  last_failure text
);
