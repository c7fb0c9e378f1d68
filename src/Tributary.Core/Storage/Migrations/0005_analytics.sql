-- Counters of what clicks led to, and everything that is folded from counters and clicks.

-- Leads, conversions, revenue and rewards by day, moved in the transaction of their cause. A day's row says what the day is
-- worth now: a refund restates the day of its order, and is counted once more, as refunded, on its own. The slot keeps
-- connections off each other's rows; readers add up.
create table outcome_days (
  program_id  bigint not null references programs,
  referrer_id bigint not null,
  link_id     bigint not null, -- 0: no link is credited
  day         date not null,
  unit        text not null, -- currency of the orders, unit of the rewards; empty for leads
  slot        smallint not null,
  leads       bigint not null default 0,
  conversions bigint not null default 0,
  revenue     numeric(78, 0) not null default 0,
  refunds     numeric(78, 0) not null default 0,
  refunded    numeric(78, 0) not null default 0,
  rewards     numeric(78, 0) not null default 0,
  primary key (program_id, referrer_id, link_id, day, unit, slot)
);

-- What has moved and is not folded into the roll-ups yet: a row goes in the transaction that folds it.
create table outcome_changes (
  program_id  bigint not null references programs,
  change_id   bigint generated always as identity,
  referrer_id bigint not null,
  link_id     bigint not null,
  click_id    uuid,
  day         date not null,
  unit        text not null,
  leads       bigint not null,
  conversions bigint not null,
  revenue     numeric(78, 0) not null,
  refunds     numeric(78, 0) not null,
  refunded    numeric(78, 0) not null,
  rewards     numeric(78, 0) not null,
  occurred_at timestamptz not null,
  primary key (program_id, change_id)
);
create index outcome_days_day on outcome_days (program_id, day);

-- One row of a programme with something to fold: whoever holds its lock folds.
create table folds (
  program_id bigint not null references programs,
  folded_at  timestamptz not null,
  lists      jsonb, -- the lists by which its clicks were last judged
  primary key (program_id)
);

-- Folded from click batches. Hours are kept for 31 days, days and months for ever.
create table link_hours (
  program_id        bigint not null,
  link_id           bigint not null,
  hour              timestamptz not null,
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
  primary key (program_id, link_id, hour)
);
create index link_hours_hour on link_hours (program_id, hour);

create table referrer_days (
  program_id        bigint not null,
  referrer_id       bigint not null,
  day               date not null,
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
  primary key (program_id, referrer_id, day)
);
create index referrer_days_day on referrer_days (program_id, day);

-- domain_id 0: the link lives on the primary domain, whichever it is then.
create table domain_days (
  program_id        bigint not null,
  domain_id         bigint not null,
  day               date not null,
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
  primary key (program_id, domain_id, day)
);

-- Clicks by what they have in common. scope: program (scope_id 0), referrer or link. At most 1,000 values of a programme's or
-- referrer's dimension and day, 100 of a link's; the rest is (other). What a click does not have is counted nowhere here: it is
-- what is left of the whole. Every click has a form.
create table dimension_days (
  program_id        bigint not null,
  scope             text not null,
  scope_id          bigint not null,
  dimension         text not null,
  day               date not null,
  value             text not null,
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
  primary key (program_id, scope, scope_id, dimension, day, value)
);
-- What the links of a programme with many are ranked by.
create index dimension_days_links on dimension_days (program_id, day, scope_id) include (valid, requests) where scope = 'link' and dimension = 'form';

create table link_months (
  program_id        bigint not null,
  link_id           bigint not null,
  month             date not null,
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
  primary key (program_id, link_id, month)
);

create table referrer_months (
  program_id        bigint not null,
  referrer_id       bigint not null,
  month             date not null,
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
  primary key (program_id, referrer_id, month)
);

create table domain_months (
  program_id        bigint not null,
  domain_id         bigint not null,
  month             date not null,
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
  primary key (program_id, domain_id, month)
);

create table dimension_months (
  program_id        bigint not null,
  scope             text not null,
  scope_id          bigint not null,
  dimension         text not null,
  month             date not null,
  value             text not null,
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
  primary key (program_id, scope, scope_id, dimension, month, value)
);

-- Outcomes folded likewise, by properties of the click that earned the credit; unknown: none did. dimension total holds what is
-- counted for the programme, a referrer, a domain or a link as a whole.
create table folded_outcomes (
  program_id  bigint not null,
  scope       text not null,
  scope_id    bigint not null,
  dimension   text not null,
  day         date not null,
  value       text not null,
  unit        text not null,
  leads       bigint not null,
  conversions bigint not null,
  revenue     numeric(78, 0) not null,
  refunds     numeric(78, 0) not null,
  refunded    numeric(78, 0) not null,
  rewards     numeric(78, 0) not null,
  primary key (program_id, scope, scope_id, dimension, day, value, unit)
);
create index folded_outcomes_totals on folded_outcomes (program_id, scope, day) where dimension = 'total';

create table folded_outcome_months (
  program_id  bigint not null,
  scope       text not null,
  scope_id    bigint not null,
  dimension   text not null,
  month       date not null,
  value       text not null,
  unit        text not null,
  leads       bigint not null,
  conversions bigint not null,
  revenue     numeric(78, 0) not null,
  refunds     numeric(78, 0) not null,
  refunded    numeric(78, 0) not null,
  rewards     numeric(78, 0) not null,
  primary key (program_id, scope, scope_id, dimension, month, value, unit)
);
create index folded_outcome_months_totals on folded_outcome_months (program_id, scope, month) where dimension = 'total';

-- Referrers whose roll-ups are to be added to another's, because the two are one person.
create table referrer_merges (
  program_id  bigint not null,
  merge_id    bigint generated always as identity,
  former_id   bigint not null,
  referrer_id bigint not null,
  primary key (program_id, merge_id)
);

-- What a click was, kept from when it first earned credit, so that what is taken back leaves where it was counted.
create table credited_clicks (
  program_id bigint not null,
  click_id   uuid not null,
  properties text[] not null,
  primary key (program_id, click_id)
);

-- Clicks that were counted anew after a list or rule had changed, with what moved: a day in UTC, or the span of a finding.
create table recounts (
  program_id  bigint not null references programs,
  recount_id  bigint generated always as identity,
  day         date not null,
  cause       text not null,
  from_at     timestamptz not null,
  to_at       timestamptz not null,
  referrer_id bigint, -- only its clicks of the address; null: all clicks
  address     text,
  lists       jsonb not null default '{}',
  state       text not null default 'open' check (state in ('open', 'done')),
  examined    bigint not null default 0,
  changed     bigint not null default 0,
  moved       jsonb not null default '{}',
  asked_at    timestamptz not null,
  done_at     timestamptz,
  primary key (program_id, recount_id)
);
create index recounts_open on recounts (asked_at, program_id) where state = 'open';
