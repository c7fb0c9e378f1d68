-- Calls that were accepted to be carried out one by one. Whoever works on a batch holds its lease; what is written names the
-- lease's number, so one that lost it changes nothing.
create table batches (
  program_id   bigint not null references programs,
  batch_id     bigint generated always as identity,
  kind         text not null check (kind in ('customers', 'orders', 'events')),
  state        text not null check (state in ('open', 'done', 'stopped')),
  items        integer not null,
  actor        text not null,
  request_id   text,
  lease        bigint not null default 0,
  leased_until timestamptz not null default '-infinity',
  accepted_at  timestamptz not null,
  started_at   timestamptz,
  ended_at     timestamptz check ((state = 'open') = (ended_at is null)),
  primary key (program_id, batch_id)
);
create index batches_open on batches (program_id, batch_id) where state = 'open';
create index batches_ended on batches (program_id, ended_at) where state <> 'open';

-- An item becomes done in the transaction of what it does. Its body goes with that: it tells of people.
create table batch_items (
  program_id  bigint not null,
  batch_id    bigint not null,
  item        integer not null,
  customer_id text,
  order_id    text,
  state       text not null check (state in ('waiting', 'done', 'failed', 'dropped')),
  body        text check ((state = 'waiting') = (body is not null)),
  code        integer check ((state = 'failed') = (code is not null)),
  message     text check ((state = 'failed') = (message is not null)),
  primary key (program_id, batch_id, item),
  foreign key (program_id, batch_id) references batches on delete cascade
);
create index batch_items_waiting on batch_items (program_id, batch_id, item) where state = 'waiting';
