-- Clicks: what was requested through links, what it counted as, and the counters that say so.

-- The node that commits clicks takes a block of these numbers at a time.
create sequence click_batch_numbers as bigint start 1 increment by 64;

-- The time of a click is in its id, a UUID of version 7; a month of it is one partition. clicks_rest holds what falls in no
-- month that has been made, so that no click is ever refused.
create table clicks (
  program_id     bigint not null,
  click_id       uuid not null,
  link_id        bigint not null,
  referrer_id    bigint not null,
  form           text not null,
  channel        text,
  token          text,
  verdict        text not null,
  stands_for     uuid,
  visitor_id     uuid,
  visitor_key    uuid,
  visitor_from   text not null,
  agent_id       bigint,
  country        text,
  device         text,
  browser        text,
  system         text,
  address        text,
  page_host      text,
  page_path      text,
  referring_host text,
  utm_source     text,
  utm_medium     text,
  utm_campaign   text,
  utm_term       text,
  utm_content    text,
  sub1           text,
  sub2           text,
  sub3           text,
  sub4           text,
  sub5           text,
  flags          integer not null,
  batch          bigint not null,
  primary key (program_id, click_id)
) partition by range (click_id);
create table clicks_rest partition of clicks default;
create index clicks_visitor on clicks (program_id, visitor_id, click_id) where visitor_id is not null;

-- Clicks whose visitor arrived at the merchant's page and came with the click's id.
create table landings (
  program_id bigint not null,
  click_id   uuid not null,
  landed_at  timestamptz not null,
  visitor_id uuid,
  page_host  text,
  page_path  text,
  primary key (program_id, click_id)
);

-- Visitor ids of one browser that were found to be the same.
create table visitor_aliases (
  program_id bigint not null,
  visitor_id uuid not null,
  alias_id   uuid not null,
  joined_at  timestamptz not null,
  primary key (program_id, visitor_id, alias_id)
);
create index visitor_aliases_alias on visitor_aliases (program_id, alias_id);

-- A visitor key that has clicked a link validly, and with which click first.
create table unique_marks (
  program_id  bigint not null,
  link_id     bigint not null,
  visitor_key uuid not null,
  first_click uuid not null,
  last_used   date not null,
  primary key (program_id, link_id, visitor_key)
);
-- Asked once a day, written with every mark.
create index unique_marks_last_used on unique_marks using brin (program_id, last_used);

-- Today's and tomorrow's salts of the derived visitor keys; destroyed after two days.
create table visitor_salts (
  program_id bigint not null,
  day        date not null,
  salt       bytea not null,
  primary key (program_id, day)
);

-- Texts of agents by the number that rows carry, the first eight bytes of the text's SHA-256.
create table agents (
  program_id bigint not null,
  agent_id   bigint not null,
  agent      text not null,
  last_seen  date not null,
  primary key (program_id, agent_id)
);
create index agents_last_seen on agents (program_id, last_seen);

-- Requests of a link and day of the programme's zone. Each node writes to one of eight slots; readers sum.
create table link_days (
  program_id        bigint not null,
  link_id           bigint not null,
  day               date not null,
  slot              smallint not null,
  requests          bigint not null,
  unique_clicks     bigint not null,
  valid             bigint not null,
  head              bigint not null default 0,
  preview           bigint not null default 0,
  bot               bigint not null default 0,
  not_navigation    bigint not null default 0,
  blocked           bigint not null default 0,
  link_deleted      bigint not null default 0,
  link_paused       bigint not null default 0,
  link_expired      bigint not null default 0,
  referrer_inactive bigint not null default 0,
  automation        bigint not null default 0,
  scanner           bigint not null default 0,
  paid_ads          bigint not null default 0,
  source_blocked    bigint not null default 0,
  self              bigint not null default 0,
  datacenter        bigint not null default 0,
  flood             bigint not null default 0,
  duplicate         bigint not null default 0,
  velocity          bigint not null default 0,
  primary key (program_id, link_id, day, slot)
) with (fillfactor = 70);
create index link_days_day on link_days (program_id, day);

-- The same of the whole programme by hour of its zone; and requests for codes that it does not have.
create table program_hours (
  program_id        bigint not null,
  hour              timestamptz not null,
  slot              smallint not null,
  requests          bigint not null,
  unique_clicks     bigint not null,
  valid             bigint not null,
  head              bigint not null default 0,
  preview           bigint not null default 0,
  bot               bigint not null default 0,
  not_navigation    bigint not null default 0,
  blocked           bigint not null default 0,
  link_deleted      bigint not null default 0,
  link_paused       bigint not null default 0,
  link_expired      bigint not null default 0,
  referrer_inactive bigint not null default 0,
  automation        bigint not null default 0,
  scanner           bigint not null default 0,
  paid_ads          bigint not null default 0,
  source_blocked    bigint not null default 0,
  self              bigint not null default 0,
  datacenter        bigint not null default 0,
  flood             bigint not null default 0,
  duplicate         bigint not null default 0,
  velocity          bigint not null default 0,
  unknown           bigint not null default 0,
  primary key (program_id, hour, slot)
) with (fillfactor = 70);

-- One row per programme and commit, until its clicks are folded into the roll-ups. Its clicks lie between the two ids.
create table click_batches (
  program_id   bigint not null,
  batch        bigint not null,
  clicks       integer not null,
  first_click  uuid not null,
  last_click   uuid not null,
  committed_at timestamptz not null,
  primary key (program_id, batch)
);

-- What the rule of click velocity (fraud.md F8) found: clicks of one address on a link or referrer in one span of time.
create table velocity_findings (
  program_id   bigint not null,
  finding_id   bigint generated always as identity,
  link_id      bigint,
  referrer_id  bigint not null,
  address      text not null,
  starts_at    timestamptz not null,
  ends_at      timestamptz not null,
  clicks       integer not null,
  landings     integer not null,
  found_at     timestamptz not null,
  recounted_at timestamptz,
  primary key (program_id, finding_id)
);
create index velocity_findings_open on velocity_findings (found_at, program_id) where recounted_at is null;
create index velocity_findings_address on velocity_findings (program_id, referrer_id, address, starts_at);
