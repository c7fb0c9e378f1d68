-- Sending of events to webhook endpoints.

alter table webhook_endpoints
  add column contact_email   text,
  add column concurrency     integer not null default 1 check (concurrency between 1 and 8),
  add column sealed_headers  bytea,
  add column disabled_at     timestamptz,
  add column disabled_reason text check (disabled_reason in ('gone', 'failing'));

-- Who sends to an endpoint at the moment. Whatever a sender writes names the lease's number, so one that lost it changes nothing.
create table webhook_lanes (
  program_id    bigint not null,
  endpoint_id   bigint not null,
  lease         bigint not null default 0,
  leased_until  timestamptz not null default '-infinity',
  paused_until  timestamptz not null default '-infinity',
  failing_since timestamptz,
  warned_at     timestamptz,
  primary key (program_id, endpoint_id),
  foreign key (program_id, endpoint_id) references webhook_endpoints on delete cascade
);
insert into webhook_lanes (program_id, endpoint_id) select program_id, endpoint_id from webhook_endpoints;

-- One event told to one endpoint under one name; party: about whom, in a format that tells of customers one by one.
-- schedule_from: attempts that are not counted in the present schedule, because it was sent again by hand.
create table deliveries (
  program_id    bigint not null,
  delivery_id   bigint generated always as identity,
  endpoint_id   bigint not null,
  event_id      bigint,
  position      bigint,
  name          text not null,
  party         bigint not null default 0,
  state         text not null check (state in ('new', 'waiting', 'delivered', 'failed', 'skipped')),
  attempts      integer not null default 0,
  schedule_from integer not null default 0,
  due_at        timestamptz check ((state = 'waiting') = (due_at is not null)),
  body          text,
  created_at    timestamptz not null default now(),
  ended_at      timestamptz,
  primary key (program_id, delivery_id),
  foreign key (program_id, endpoint_id) references webhook_endpoints on delete cascade
);
create unique index deliveries_event on deliveries (program_id, event_id, endpoint_id, name, party);
create index deliveries_endpoint on deliveries (program_id, endpoint_id, delivery_id);
create index deliveries_party on deliveries (program_id, party) where party <> 0;
create index deliveries_new on deliveries (program_id, endpoint_id, delivery_id) where state = 'new';
create index deliveries_waiting on deliveries (program_id, endpoint_id, due_at, delivery_id) where state = 'waiting';

create table delivery_attempts (
  program_id   bigint not null,
  delivery_id  bigint not null,
  attempt      integer not null,
  attempted_at timestamptz not null,
  duration_ms  integer not null,
  status       integer,
  answer       text,
  primary key (program_id, delivery_id, attempt),
  foreign key (program_id, delivery_id) references deliveries on delete cascade
);
