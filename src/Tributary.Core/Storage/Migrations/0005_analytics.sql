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
