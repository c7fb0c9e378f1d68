-- The order in which events are told to the outside. A position is given after the commit, so that nothing that commits later
-- gets a position below one that was told already.

alter table events add column transaction_xid xid8 not null default pg_current_xact_id();
create index events_unpublished on events (program_id, transaction_xid, event_id);

-- seen: what had committed when events were last given positions. Transaction numbers mean something within one database only.
create table event_feeds (
  program_id bigint primary key references programs,
  position   bigint not null default 0,
  era        text not null default '',
  seen       pg_snapshot not null default '3:3:'
);

create table published_events (
  program_id   bigint not null,
  position     bigint not null,
  event_id     bigint not null,
  published_at timestamptz not null,
  primary key (program_id, position)
);
