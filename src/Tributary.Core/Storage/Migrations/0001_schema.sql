-- The schema. Every table of a programme leads its keys with program_id and its foreign keys carry it;
-- such tables have no triggers of ours, so that Citus can distribute them by program_id.
-- Directories of the whole server (workspaces, programs, api_keys, protection_keys) are reference tables there.

-- Customers and referrers share one series, so that a number of either names one recipient of rewards.
create sequence party_numbers as bigint start 1000001;
-- Orders, refunds, transfers and rewards: an operation takes a block of 32 numbers in its first round trip.
create sequence record_numbers as bigint start 1024 increment by 32;

create table workspaces (
  workspace_id bigint generated always as identity primary key,
  name         text not null,
  created_at   timestamptz not null
);

create table programs (
  program_id   bigint generated always as identity primary key,
  workspace_id bigint not null references workspaces,
  public_id    text not null unique,
  name         text not null,
  mode         text not null check (mode in ('live', 'test')),
  state        text not null check (state in ('active', 'paused')),
  currency     text not null,
  settings     jsonb not null,
  version      bigint not null default 1,
  hash_key     bytea not null,
  former_zones jsonb not null default '[]', -- in which days were counted before, each with its last moment
  created_at   timestamptz not null,
  updated_at   timestamptz
);

create table api_keys (
  key_id       bigint generated always as identity primary key,
  program_id   bigint not null references programs,
  kind         text not null check (kind in ('secret', 'publishable', 'gameball_api', 'gameball_secret')),
  public_id    text not null unique,
  token_hash   bytea not null,
  last4        text not null,
  name         text not null,
  scopes       text[] not null,
  referrer_id  bigint,
  sealed_token bytea,
  created_at   timestamptz not null,
  last_used_at timestamptz,
  expires_at   timestamptz,
  revoked_at   timestamptz
);
create unique index api_keys_token on api_keys (token_hash) where kind <> 'gameball_secret';
create unique index api_keys_gameball_secret on api_keys (program_id, token_hash) where kind = 'gameball_secret';
create index api_keys_program on api_keys (program_id);

create table customers (
  program_id      bigint not null references programs,
  customer_id     bigint not null default nextval('party_numbers'),
  merchant_id     text,
  email           text,
  email_hash      bytea,
  mobile          text,
  mobile_digits   text,
  guest           boolean not null default false,
  known_before    boolean not null default false,
  registered_at   timestamptz,
  attributes      jsonb not null default '{}',
  orders_count    integer not null default 0 check (orders_count >= 0),
  orders_total    bigint not null default 0,
  first_order_at  timestamptz,
  last_order_at   timestamptz,
  created_at      timestamptz not null,
  updated_at      timestamptz not null,
  deleted_at      timestamptz,
  merged_into     bigint,
  explanation     jsonb,
  archived_at     timestamptz, -- its orders are recorded and earn nothing
  primary key (program_id, customer_id)
);
create index customers_email on customers (program_id, email_hash) where email_hash is not null;
create index customers_mobile on customers (program_id, mobile_digits) where mobile_digits is not null;

-- The merchant's ids of a customer: its own, and those that became aliases by merging.
create table customer_ids (
  program_id  bigint not null,
  merchant_id text not null,
  customer_id bigint not null,
  primary key (program_id, merchant_id),
  foreign key (program_id, customer_id) references customers
);
create index customer_ids_customer on customer_ids (program_id, customer_id);

-- Ids of deleted customers, as keyed hashes, so that the same person is not "new" again at once.
create table deleted_customer_ids (
  program_id bigint not null references programs,
  id_hash    bytea not null,
  until      timestamptz not null,
  primary key (program_id, id_hash)
);

create table referrers (
  program_id  bigint not null references programs,
  referrer_id bigint not null default nextval('party_numbers'),
  kind        text not null check (kind in ('partner', 'customer', 'integrator')),
  key         text,
  customer_id bigint,
  name        text,
  email       text,
  email_hash  bytea,
  state       text not null check (state in ('pending', 'active', 'suspended', 'archived', 'unclaimed', 'rejected', 'deleted')),
  attributes  jsonb not null default '{}',
  recruiter_id  bigint, -- the partner who brought this one
  password_hash text, -- for the portal
  created_at  timestamptz not null,
  updated_at  timestamptz not null,
  primary key (program_id, referrer_id),
  foreign key (program_id, customer_id) references customers,
  check (kind <> 'customer' or customer_id = referrer_id)
);
create unique index referrers_key on referrers (program_id, key) where key is not null;
create unique index referrers_partner_email on referrers (program_id, lower(email))
  where kind = 'partner' and email is not null and state <> 'deleted';
create index referrers_kind on referrers (program_id, kind, referrer_id);

-- One series of names (partnero.md § 4.5). Of kind "code" are referrers' own codes and keys of links, present and former;
-- "short" are short codes of links, good on redirect hosts alone; "id" only reserves a partner's own id.
-- A code without a link names its referrer's default link. of_link: made for a link, not one of the referrer's own.
create table codes (
  program_id  bigint not null,
  code_id     bigint generated always as identity,
  referrer_id bigint not null,
  kind        text not null default 'code' check (kind in ('code', 'short', 'id')),
  link_id     bigint,
  of_link     boolean not null default false,
  code        text not null,
  canonical   text not null,
  folded      text not null,
  state       text not null default 'active' check (state in ('active', 'retired')),
  expires_at  timestamptz,
  created_at  timestamptz not null,
  primary key (program_id, code_id),
  unique (program_id, canonical),
  foreign key (program_id, referrer_id) references referrers
);
create index codes_folded on codes (program_id, folded);
create index codes_referrer on codes (program_id, referrer_id, code_id);

-- Discount codes. Bound to a referrer, one attributes the order that uses it while its own conditions hold at the order's
-- time; unbound, it attributes nothing. It stops with its discount, whose limits count over all of the discount's codes.
create table coupons (
  program_id       bigint not null,
  coupon_id        bigint generated always as identity,
  discount_id      bigint, -- null: bound by itself, without a discount that groups it
  referrer_id      bigint,
  code             text not null,
  canonical        text not null,
  discount_kind    text not null check (discount_kind in ('percentage', 'amount', 'other')),
  discount_value   text,
  state            text not null default 'active' check (state in ('active', 'paused', 'retired')),
  expires_at       timestamptz, -- its last instant still counts
  first_time_order boolean not null default false,
  minimum_amount   bigint check (minimum_amount >= 0),
  minimum_currency text,
  max_redemptions  integer check (max_redemptions > 0),
  times_redeemed   integer not null default 0 check (times_redeemed >= 0),
  only_customer_id bigint,
  details          jsonb not null default '{}',
  created_at       timestamptz not null,
  updated_at       timestamptz,
  primary key (program_id, coupon_id),
  unique (program_id, canonical),
  check ((minimum_amount is null) = (minimum_currency is null)),
  foreign key (program_id, referrer_id) references referrers,
  foreign key (program_id, only_customer_id) references customers
);
create index coupons_referrer on coupons (program_id, referrer_id, coupon_id);

create table campaigns (
  program_id  bigint not null references programs,
  campaign_id bigint generated always as identity,
  name        text not null,
  state       text not null check (state in ('draft', 'scheduled', 'active', 'paused', 'ended')),
  starts_at   timestamptz,
  ends_at     timestamptz,
  version     integer not null,
  created_at  timestamptz not null,
  updated_at  timestamptz not null,
  primary key (program_id, campaign_id)
);

-- A version never changes; an edit makes the next one, which applies to causes at or after its start.
create table campaign_versions (
  program_id   bigint not null,
  campaign_id  bigint not null,
  version      integer not null,
  definition   jsonb not null,
  effective_at timestamptz not null,
  created_by   text not null,
  primary key (program_id, campaign_id, version),
  foreign key (program_id, campaign_id) references campaigns
);

-- Who referred a customer: decided once, then locked. Status tells whether the campaign's last step is reached.
create table attributions (
  program_id   bigint not null,
  customer_id  bigint not null,
  referrer_id  bigint not null,
  link_id      bigint, -- the link that is credited with the customer
  click_id     uuid,
  counted_on   date, -- the day in the programme's zone under which the lead is counted
  via          text not null,
  state        text not null check (state in ('standing', 'void')),
  status       text not null check (status in ('pending', 'active')),
  decided_at   timestamptz not null,
  activated_at timestamptz,
  primary key (program_id, customer_id),
  foreign key (program_id, customer_id) references customers,
  foreign key (program_id, referrer_id) references referrers
);
create index attributions_referrer on attributions (program_id, referrer_id, customer_id) include (status) where state = 'standing';

create table orders (
  program_id      bigint not null,
  order_key       bigint not null,
  order_id        text not null,
  generation      integer not null default 1,
  living          boolean not null default true,
  customer_id     bigint not null,
  state           text not null check (state in ('open', 'paid', 'cancelled')),
  currency        text not null,
  total           bigint not null check (total >= 0),
  base            bigint not null check (base >= 0),
  remaining_base  bigint not null check (remaining_base >= 0),
  refunded        bigint not null default 0 check (refunded >= 0 and refunded <= total),
  version         integer not null default 1,
  recorded_total  bigint, -- as first recorded, where an amendment changed it
  content         text not null,
  channel         text,
  ordered_at      timestamptz not null,
  occurred_at     timestamptz not null,
  paid_at         timestamptz,
  received_at     timestamptz not null,
  referrer_id     bigint,
  link_id         bigint, -- the link that is credited with the order
  click_id        uuid, -- the click by which it is
  counted_on      date, -- the day in the programme's zone under which it is counted; null: never paid
  via             text,
  source          text not null default 'server' check (source in ('server', 'browser')),
  rewards_kept    boolean not null default false,
  customer_earned jsonb not null default '{}',
  details         jsonb not null default '{}',
  explanation     jsonb not null,
  primary key (program_id, order_key),
  unique (program_id, order_id, generation),
  foreign key (program_id, customer_id) references customers,
  foreign key (program_id, referrer_id) references referrers
);
create unique index orders_living on orders (program_id, order_id) where living;
create index orders_customer on orders (program_id, customer_id, order_key);
create index orders_referrer on orders (program_id, referrer_id, order_key) where referrer_id is not null;

-- A refund that came before its order waits under the order's id.
create table refunds (
  program_id     bigint not null,
  refund_key     bigint not null,
  refund_id      text not null,
  order_id       text not null,
  order_key      bigint,
  kind           text not null check (kind in ('refund', 'chargeback', 'cancel')),
  state          text not null check (state in ('applied', 'waiting', 'reinstated', 'lapsed')),
  requested      bigint,
  amount         bigint not null check (amount >= 0),
  base           bigint check (base >= 0),
  occurred_at    timestamptz not null,
  received_at    timestamptz not null,
  reinstated_at  timestamptz,
  counted_on     date,
  customer_taken jsonb not null default '{}',
  details        jsonb not null default '{}',
  primary key (program_id, refund_key),
  unique (program_id, refund_id),
  foreign key (program_id, order_key) references orders
);
create index refunds_order on refunds (program_id, order_id);
create index refunds_waiting on refunds (received_at, program_id) where state = 'waiting';

-- A reinstatement that came before its refund waits under the refund's id.
create table waiting_reinstatements (
  program_id  bigint not null references programs,
  refund_id   text not null,
  received_at timestamptz not null,
  primary key (program_id, refund_id)
);
create index waiting_reinstatements_due on waiting_reinstatements (received_at, program_id);

-- Unknown codes that one key has asked for in one day (UTC), on all nodes together.
create table code_guesses (
  program_id bigint not null references programs,
  key_id     bigint not null,
  day        date not null,
  count      integer not null,
  primary key (program_id, key_id, day)
);

-- Acts of customers that the merchant reports by name; they may fulfil a step of a campaign.
create table customer_events (
  program_id  bigint not null,
  event_key   bigint not null,
  event_id    text,
  customer_id bigint not null,
  name        text not null,
  metadata    jsonb,
  trusted     boolean not null,
  occurred_at timestamptz not null,
  received_at timestamptz not null,
  explanation jsonb,
  primary key (program_id, event_key),
  foreign key (program_id, customer_id) references customers
);
create unique index customer_events_id on customer_events (program_id, event_id) where event_id is not null;
create index customer_events_customer on customer_events (program_id, customer_id, event_key);

-- What tied a customer or one of its orders to a referrer, and how that ended.
create table touches (
  program_id  bigint not null,
  touch_id    bigint generated always as identity,
  customer_id bigint not null,
  order_key   bigint,
  kind        text not null check (kind in ('manual', 'coupon', 'code', 'click')),
  form        text,
  typed       text,
  referrer_id bigint,
  link_id     bigint,
  outcome     text not null,
  trusted     boolean not null,
  occurred_at timestamptz not null,
  received_at timestamptz not null,
  details     jsonb,
  primary key (program_id, touch_id),
  foreign key (program_id, customer_id) references customers
);
create index touches_customer on touches (program_id, customer_id, touch_id);

-- Sign-ups and orders that named a click which was not here yet: decided again when it comes (clicks.md CL-64).
create table waiting_clicks (
  program_id   bigint not null,
  waiting_id   bigint generated always as identity,
  click_id     uuid not null,
  customer_id  bigint not null,
  order_key    bigint,
  moment       jsonb not null,
  received_at  timestamptz not null,
  next_look_at timestamptz not null,
  primary key (program_id, waiting_id),
  foreign key (program_id, customer_id) references customers
);
create index waiting_clicks_click on waiting_clicks (program_id, click_id);
create index waiting_clicks_due on waiting_clicks (next_look_at, program_id);

-- Steps of campaigns that a customer has reached. At most one occasion of a step stands at a time.
create table step_progress (
  program_id  bigint not null,
  campaign_id bigint not null,
  customer_id bigint not null,
  step        integer not null,
  occasion    integer not null,
  version     integer not null,
  cause       text not null,
  order_key   bigint,
  reached_at  timestamptz not null,
  undone_at   timestamptz,
  primary key (program_id, customer_id, campaign_id, step, occasion),
  foreign key (program_id, campaign_id) references campaigns,
  foreign key (program_id, customer_id) references customers
);
create unique index step_progress_standing on step_progress (program_id, customer_id, campaign_id, step) where undone_at is null;

-- Counts and amounts by which limits, slots and every-N bonuses are judged.
create table usage (
  program_id  bigint not null,
  campaign_id bigint not null,
  scope       text not null,
  period      text not null,
  amount      numeric(78, 0) not null default 0 check (amount >= 0),
  count       bigint not null default 0 check (count >= 0),
  primary key (program_id, campaign_id, scope, period),
  foreign key (program_id, campaign_id) references campaigns
);
-- Whose counters they are, for when two customers turn out to be one.
create index usage_subject on usage (program_id, (substring(scope from '(?:recipient|customer|referrer):([0-9]+)')));

create table rewards (
  program_id   bigint not null,
  reward_id    bigint not null,
  campaign_id  bigint,
  version      integer,
  step         integer not null,
  line         integer not null,
  role         text not null check (role in ('referrer', 'customer', 'recruiter')),
  recipient_id bigint not null,
  customer_id  bigint,
  cause        text not null,
  occasion     integer not null default 1,
  order_key    bigint,
  kind         text not null check (kind in ('money', 'points', 'score', 'coupon', 'custom')),
  unit         text,
  earned       numeric(78, 0) not null check (earned >= 0),
  net          numeric(78, 0) not null check (net >= 0),
  posted       numeric(78, 0) not null check (posted >= 0),
  cap          numeric(78, 0) check (cap >= 0),
  remaining    numeric(78, 0) check (remaining >= 0),
  state        text not null check (state in ('pending', 'held', 'available', 'in_payout', 'paid', 'rejected', 'reversed', 'clawed_back')),
  reason       text,
  holds        integer not null default 0 check (holds >= 0),
  available_at timestamptz not null,
  expires_at   timestamptz,
  cause_at     timestamptz not null,
  credited_to  bigint, -- the referrer whose order or lead caused it, with the link, the click and the day it is counted under
  credit_link  bigint,
  credit_click uuid,
  counted_on   date,
  details      jsonb not null default '{}',
  created_at   timestamptz not null,
  updated_at   timestamptz not null,
  primary key (program_id, reward_id),
  check (remaining <= posted),
  constraint rewards_range check (unit like 'chain:%' or greatest(earned, net, posted, cap, remaining) <= 9223372036854775807),
  foreign key (program_id, campaign_id) references campaigns,
  foreign key (program_id, order_key) references orders
);
-- Without a campaign: given by a person, or stated by the order itself.
create unique index rewards_cause on rewards (program_id, cause, campaign_id, line, recipient_id, occasion) nulls not distinct;
create unique index rewards_standing on rewards (program_id, cause, campaign_id, line, recipient_id) nulls not distinct where state <> 'reversed';
create index rewards_recipient on rewards (program_id, recipient_id, reward_id);
create index rewards_customer on rewards (program_id, customer_id, reward_id);
create index rewards_order on rewards (program_id, order_key) where order_key is not null;
create index rewards_unspent on rewards (program_id, recipient_id, unit, expires_at, reward_id) where remaining > 0 and state = 'available';
create index rewards_held on rewards (program_id, reward_id) where state = 'held';
create index rewards_due on rewards (available_at, program_id) where state = 'pending';

-- Coupons that were given to somebody as a reward. They discount; they never attribute.
create table reward_coupons (
  program_id  bigint not null,
  reward_id   bigint not null,
  customer_id bigint not null,
  code        text not null,
  canonical   text not null,
  terms       jsonb not null,
  active      boolean not null,
  used_count  integer not null default 0,
  usage_limit integer not null,
  starts_at   timestamptz not null,
  expires_at  timestamptz,
  primary key (program_id, reward_id),
  unique (program_id, canonical),
  foreign key (program_id, reward_id) references rewards
);
create index reward_coupons_customer on reward_coupons (program_id, customer_id, reward_id);

-- The ledger. Rows are only ever added; transaction_xid lets sealing stop short of what is still running.
create table transfers (
  program_id      bigint not null,
  transfer_id     bigint not null,
  kind            text not null,
  cause           text not null,
  sequence        integer not null,
  unit            text not null,
  pair            bigint,
  debit           numeric(78, 0) not null,
  credit          numeric(78, 0) not null,
  actor           text not null,
  created_at      timestamptz not null,
  transaction_xid xid8 not null default pg_current_xact_id(),
  primary key (program_id, transfer_id),
  unique (program_id, kind, cause, sequence),
  foreign key (program_id) references programs,
  check (debit = credit and debit > 0),
  constraint transfers_range check (unit like 'chain:%' or debit <= 9223372036854775807)
);
create index transfers_unsealed on transfers (program_id, transaction_xid, transfer_id);

create table entries (
  program_id   bigint not null,
  transfer_id  bigint not null,
  n            integer not null,
  account      text not null check (account in ('pending', 'held', 'available', 'in_payout', 'paid', 'receivable', 'expense', 'onchain', 'fx')),
  recipient_id bigint,
  side         text not null check (side in ('debit', 'credit')),
  amount       numeric(78, 0) not null check (amount > 0),
  reward_id    bigint,
  order_key    bigint,
  payout_id    bigint,
  primary key (program_id, transfer_id, n),
  foreign key (program_id, transfer_id) references transfers,
  check ((account in ('expense', 'onchain', 'fx')) = (recipient_id is null))
);
create index entries_recipient on entries (program_id, recipient_id, transfer_id) where recipient_id is not null;
create index entries_order on entries (program_id, order_key) where order_key is not null;

create table balances (
  program_id   bigint not null,
  recipient_id bigint not null,
  unit         text not null,
  earned       numeric(78, 0) not null default 0 check (earned >= 0),
  reversed     numeric(78, 0) not null default 0 check (reversed >= 0),
  pending      numeric(78, 0) not null default 0 check (pending >= 0),
  held         numeric(78, 0) not null default 0 check (held >= 0),
  available    numeric(78, 0) not null default 0 check (available >= 0),
  in_payout    numeric(78, 0) not null default 0 check (in_payout >= 0),
  paid         numeric(78, 0) not null default 0 check (paid >= 0),
  receivable   numeric(78, 0) not null default 0 check (receivable >= 0),
  primary key (program_id, recipient_id, unit),
  foreign key (program_id) references programs,
  check (earned - reversed = pending + held + available + in_payout + paid - receivable),
  constraint balances_range check (unit like 'chain:%'
    or greatest(earned, reversed, pending, held, available, in_payout, paid, receivable) <= 9223372036854775807)
);

-- A chain of hashes over transfers and over audit entries, made after their commit. A seal names its members, so that it
-- verifies wherever the rows are restored to; up_to_xid only says where to look for what is not sealed yet, and only in
-- the database that era names.
create table seals (
  program_id   bigint not null,
  subject      text not null check (subject in ('transfers', 'audit_entries')),
  seal         bigint not null check (seal > 0),
  era          text not null,
  up_to_xid    xid8 not null,
  members      bigint[] not null,
  first_member bigint,
  last_member  bigint,
  previous     bytea not null,
  hash         bytea not null,
  created_at   timestamptz not null,
  primary key (program_id, subject, seal),
  foreign key (program_id) references programs
);
create index seals_members on seals (program_id, subject, last_member);

create table exchange_rates (
  program_id bigint not null references programs,
  rate_id    bigint generated always as identity,
  from_unit  text not null,
  to_unit    text not null,
  rate       bigint not null check (rate > 0),
  scale      integer not null check (scale between 0 and 18),
  source     text not null,
  valid_at   timestamptz not null,
  created_at timestamptz not null,
  primary key (program_id, rate_id)
);
create index exchange_rates_pair on exchange_rates (program_id, from_unit, to_unit, valid_at desc);

-- The outbox: everything that happened, written in the transaction of its cause.
create table events (
  program_id  bigint not null,
  event_id    bigint generated always as identity,
  type        text not null,
  subject     text not null,
  customer_id bigint,
  referrer_id bigint,
  order_key   bigint,
  data        jsonb not null,
  occurred_at timestamptz not null,
  primary key (program_id, event_id),
  foreign key (program_id) references programs
);
create index events_customer on events (program_id, customer_id, event_id) where customer_id is not null;

create table audit_entries (
  program_id      bigint not null,
  audit_id        bigint generated always as identity,
  actor           text not null,
  verb            text not null,
  subject         text not null,
  before          jsonb,
  after           jsonb,
  reason          text,
  address         text,
  request_id      text,
  occurred_at     timestamptz not null,
  transaction_xid xid8 not null default pg_current_xact_id(),
  primary key (program_id, audit_id),
  foreign key (program_id) references programs
);
create index audit_entries_unsealed on audit_entries (program_id, transaction_xid, audit_id);

create table idempotency_keys (
  program_id bigint not null,
  key_id     bigint not null,
  route      text not null,
  key_hash   bytea not null,
  body_hash  bytea not null,
  status     integer not null,
  answer     bytea not null,
  created_at timestamptz not null,
  primary key (program_id, key_id, route, key_hash),
  foreign key (program_id) references programs
);
create index idempotency_keys_age on idempotency_keys (created_at);

-- The key ring that protects secrets at rest.
create table protection_keys (
  key_id   bigint generated always as identity primary key,
  name     text not null unique,
  document text not null
);
