-- Orders with amounts on chains, the codes of integrators, what chains pay them, and features (debridge.md § 5 to 7).
-- Addresses, hashes and ids are canonical: lower-case 0x hexadecimal or base58. Equal texts are equal things.

-- Of an order of kind cross_chain or same_chain what orders does not hold; the key is the same. Amounts are integers of the
-- token's smallest part. Values in USD are millionths, null: unknown. referral_code null: none.
create table chain_orders (
  program_id                 bigint not null,
  order_key                  bigint not null,
  order_id                   text not null,
  kind                       text not null check (kind in ('cross_chain', 'same_chain')),
  referral_code              bigint check (referral_code between 1 and 4294967295),
  prepared_order_id          text,
  source                     text not null check (source in ('native', 'gateway', 'follower')),
  maker                      text not null,
  creator                    text,
  receiver                   text,
  taker                      text,
  unlock_authority           text,
  give_patch_authority       text,
  order_authority_dst        text,
  allowed_taker              text,
  allowed_cancel_beneficiary text,
  cancel_beneficiary         text,
  give_chain                 bigint not null check (give_chain > 0),
  give_token                 text not null,
  give_amount                numeric(78, 0) not null check (give_amount >= 0),
  give_final_amount          numeric(78, 0) check (give_final_amount >= 0),
  take_chain                 bigint not null check (take_chain > 0),
  take_token                 text not null,
  take_amount                numeric(78, 0) not null check (take_amount >= 0),
  take_final_amount          numeric(78, 0) check (take_final_amount >= 0),
  actual_fulfill_amount      numeric(78, 0) check (actual_fulfill_amount >= 0),
  input_amount               numeric(78, 0) check (input_amount >= 0),
  percent_fee                numeric(78, 0) check (percent_fee >= 0),
  final_percent_fee          numeric(78, 0) check (final_percent_fee >= 0),
  fix_fee                    numeric(78, 0) check (fix_fee >= 0),
  affiliate_amount           numeric(78, 0) check (affiliate_amount >= 0),
  affiliate_percent          numeric(9, 6) check (affiliate_percent between 0 and 10),
  affiliate_beneficiary      text,
  affiliate_estimated        boolean not null default false, -- computed from the percent: the chain's own amount is not known
  affiliate_unpaid           boolean not null default false, -- booked on the contract, to be drawn by a withdrawal
  give_usd                   bigint check (give_usd >= 0),
  take_usd                   bigint check (take_usd >= 0),
  protocol_fee_usd           bigint check (protocol_fee_usd >= 0),
  affiliate_usd              bigint check (affiliate_usd >= 0),
  state                      text not null check (state in
    ('Created', 'Fulfilled', 'SentUnlock', 'ClaimedUnlock', 'OrderCancelled', 'SentOrderCancel', 'ClaimedOrderCancel')),
  external_call_state        text not null default 'NoExtCall' check (external_call_state in
    ('NoExtCall', 'AwaitingOrderFulfillment', 'AwaitingExecution', 'Executing', 'Completed', 'Failed', 'Cancelled')),
  trade_type                 text not null default 'market' check (trade_type in ('market', 'limit')),
  created_at                 timestamptz not null,
  created_estimated          boolean not null,
  fulfilled_at               timestamptz,
  final_at                   timestamptz,
  cancelled_at               timestamptz,
  next_check_at              timestamptz,
  hold_reason                text check (hold_reason in ('unprofitable', 'compliance', 'other')),
  self_referral              boolean not null default false,
  auto_cancel_state          text check (auto_cancel_state in
    ('armed', 'due', 'submitted', 'failed', 'dismissed', 'completed', 'obsolete', 'disarmed')),
  auto_cancel_at             timestamptz,
  auto_cancel_attempts       integer not null default 0,
  maker_order_nonce          numeric(20, 0),
  creation_index             integer,
  preswap                    jsonb,
  order_metadata             jsonb,
  received_at                timestamptz not null,
  primary key (program_id, order_key),
  unique (program_id, order_id),
  foreign key (program_id, order_key) references orders
);
create index chain_orders_code on chain_orders (program_id, referral_code, created_at, order_id);
create index chain_orders_code_kind on chain_orders (program_id, referral_code, kind, created_at, order_id);
create index chain_orders_created on chain_orders (program_id, created_at, order_id);
create index chain_orders_code_key on chain_orders (program_id, referral_code, order_key);
create index chain_orders_maker on chain_orders (program_id, maker, created_at, order_id);
create index chain_orders_check on chain_orders (program_id, next_check_at) where next_check_at is not null;
create index chain_orders_auto_cancel on chain_orders (auto_cancel_at, program_id) where auto_cancel_state in ('armed', 'failed');

-- A stage that an order has reached. standing false: of a branch that turned out to be wrong. supersedes: the transaction that
-- this one replaced. occurred_at is the stage's own time, null: not known yet.
create table chain_order_events (
  program_id       bigint not null,
  order_key        bigint not null,
  state            text not null,
  standing         boolean not null default true,
  transaction_hash text,
  block_number     bigint check (block_number >= 0),
  block_hash       text,
  occurred_at      timestamptz,
  initiator        text,
  submission_id    text,
  supersedes       text,
  received_at      timestamptz not null,
  primary key (program_id, order_key, state),
  foreign key (program_id, order_key) references chain_orders
);
create index chain_order_events_hash on chain_order_events (program_id, transaction_hash) where transaction_hash is not null;

-- What is found by an exact term: ids, hashes, wallets.
create table chain_order_terms (
  program_id bigint not null,
  term       text not null,
  order_key  bigint not null,
  primary key (program_id, term, order_key),
  foreign key (program_id, order_key) references chain_orders
);

-- Events whose order is not known yet.
create table chain_waiting_events (
  program_id   bigint not null references programs,
  order_id     text not null,
  content_hash bytea not null,
  event        jsonb not null,
  received_at  timestamptz not null,
  primary key (program_id, order_id, content_hash)
);
create index chain_waiting_events_age on chain_waiting_events (program_id, received_at);

-- Reports that contradicted what is known, and changed nothing.
create table chain_refusals (
  program_id   bigint not null references programs,
  refusal_id   bigint generated always as identity,
  order_id     text not null,
  problem      text not null check (problem in ('order_conflict', 'code_conflict', 'event_conflict', 'state_conflict')),
  fields       text[] not null default '{}',
  report       jsonb not null,
  content_hash bytea not null,
  received_at  timestamptz not null,
  primary key (program_id, refusal_id),
  unique (program_id, order_id, problem, content_hash)
);

-- What is known of a token; each value is filled once.
create table chain_tokens (
  program_id bigint not null references programs,
  chain_id   bigint not null,
  token      text not null,
  decimals   integer check (decimals between 0 and 255),
  symbol     text,
  name       text,
  logo_uri   text,
  primary key (program_id, chain_id, token)
);

-- Transactions that the gateway handed out; most are never signed. facts: the order as it would be reported.
create table prepared_orders (
  program_id     bigint not null references programs,
  order_id       text not null,
  prepared_key   bigint not null default nextval('record_numbers'), -- of one series with the keys of orders
  referral_code  bigint check (referral_code between 1 and 4294967295),
  maker          text not null,
  give_chain     bigint not null,
  give_token     text not null,
  take_chain     bigint not null,
  take_token     text not null,
  facts          jsonb not null,
  prepared_at    timestamptz not null,
  expires_at     timestamptz not null,
  next_check_at  timestamptz,
  order_key      bigint, -- the order that it became
  primary key (program_id, order_id)
);
create index prepared_orders_key on prepared_orders (program_id, prepared_key);
create index prepared_orders_code on prepared_orders (program_id, referral_code, prepared_at);
create index prepared_orders_maker on prepared_orders (program_id, maker, prepared_at) where order_key is null;
create index prepared_orders_expiry on prepared_orders (program_id, expires_at) where order_key is null;
create index prepared_orders_check on prepared_orders (program_id, next_check_at) where next_check_at is not null;

-- Every number that was seen on an order or belongs to an integrator, for good. Until it is claimed, recipient_id holds what
-- it earns; nobody has that number otherwise.
create table integrator_codes (
  program_id   bigint not null references programs,
  code         bigint not null check (code between 1 and 4294967295),
  referrer_id  bigint,
  recipient_id bigint not null default nextval('party_numbers'),
  first_seen   timestamptz, -- on an order
  claimed_at   timestamptz,
  primary key (program_id, code),
  foreign key (program_id, referrer_id) references referrers
);
create unique index integrator_codes_referrer on integrator_codes (program_id, referrer_id) where referrer_id is not null;

create table integrator_series (
  program_id     bigint primary key references programs,
  last_allocated bigint not null
);

create table integrator_wallets (
  program_id  bigint not null,
  wallet      text not null,
  referrer_id bigint not null,
  primary key (program_id, wallet),
  foreign key (program_id, referrer_id) references referrers
);
create index integrator_wallets_referrer on integrator_wallets (program_id, referrer_id);

-- What an order earned its integrator on chain. At most one stands; a resolved branch reverses it and may earn again.
create table affiliate_fees (
  program_id    bigint not null,
  order_key     bigint not null,
  occasion      integer not null,
  code          bigint not null,
  recipient_id  bigint not null,
  unit          text not null,
  amount        numeric(78, 0) not null check (amount > 0),
  state         text not null check (state in ('available', 'paid', 'reversed')),
  withdrawal_id bigint,
  earned_at     timestamptz not null,
  paid_at       timestamptz,
  primary key (program_id, order_key, occasion),
  foreign key (program_id, order_key) references chain_orders
);
create unique index affiliate_fees_standing on affiliate_fees (program_id, order_key) where state <> 'reversed';
create index affiliate_fees_recipient on affiliate_fees (program_id, recipient_id, unit);
create index affiliate_fees_code on affiliate_fees (program_id, code, unit);

-- Fees that were drawn on chain.
create table affiliate_withdrawals (
  program_id       bigint not null references programs,
  withdrawal_id    bigint generated always as identity,
  chain_id         bigint not null,
  transaction_hash text not null,
  token            text not null,
  amount           numeric(78, 0) not null check (amount > 0),
  beneficiary      text not null,
  order_ids        text[] not null,
  received_at      timestamptz not null,
  primary key (program_id, withdrawal_id),
  constraint affiliate_withdrawals_once unique (program_id, chain_id, transaction_hash, token)
);

-- A feature switched for the programme (referrer_id 0) or for one referrer.
create table feature_values (
  program_id  bigint not null references programs,
  referrer_id bigint not null,
  feature     text not null,
  enabled     boolean not null,
  parameters  jsonb not null default '{}',
  reason      text,
  actor       text not null,
  since       timestamptz not null,
  primary key (program_id, referrer_id, feature)
);

-- What an integrator asked to have switched.
create table feature_requests (
  program_id  bigint not null,
  request_id  bigint generated always as identity,
  referrer_id bigint not null,
  feature     text not null,
  enabled     boolean not null,
  parameters  jsonb not null default '{}',
  note        text,
  state       text not null check (state in ('open', 'approved', 'declined')),
  actor       text not null,
  asked_at    timestamptz not null,
  answered_at timestamptz,
  primary key (program_id, request_id),
  foreign key (program_id, referrer_id) references referrers
);
create unique index feature_requests_open on feature_requests (program_id, referrer_id, feature) where state = 'open';
