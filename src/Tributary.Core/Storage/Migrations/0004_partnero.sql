-- What Partnero's dialect brings besides partners and links: discounts, redemptions, prospects, webhook endpoints, sign-in
-- addresses, mails.

-- Numbers of customers are drawn in blocks, so they do not tell who came first.
create index customers_created on customers (program_id, created_at, customer_id) where merged_into is null;

-- A discount rule and the codes under which shops give it. The shop gives the discount; the rule says whether a code counts.
create table discounts (
  program_id      bigint not null references programs,
  discount_id     bigint generated always as identity,
  key             text not null,
  canonical       text not null,
  name            text,
  kind            text not null check (kind in ('percentage', 'amount')),
  value           text not null,
  state           text not null default 'active' check (state in ('active', 'paused', 'retired')),
  expires_at      timestamptz,
  max_redemptions integer check (max_redemptions > 0),
  times_redeemed  integer not null default 0 check (times_redeemed >= 0),
  details         jsonb not null default '{}',
  created_at      timestamptz not null,
  updated_at      timestamptz not null,
  deleted_at      timestamptz,
  primary key (program_id, discount_id),
  unique (program_id, canonical)
);

alter table coupons add foreign key (program_id, discount_id) references discounts;
create index coupons_discount on coupons (program_id, discount_id, coupon_id) where discount_id is not null;

-- Uses of a coupon that count against its limits: one for an order, any number without one.
create table coupon_redemptions (
  program_id    bigint not null,
  redemption_id bigint generated always as identity,
  coupon_id     bigint not null,
  order_id      text,
  redeemed_at   timestamptz not null,
  primary key (program_id, redemption_id),
  foreign key (program_id, coupon_id) references coupons
);
create unique index coupon_redemptions_order on coupon_redemptions (program_id, coupon_id, order_id) where order_id is not null;
create index coupon_redemptions_coupon on coupon_redemptions (program_id, coupon_id, redemption_id);

-- People whom a referrer has put forward; a converted one is a customer of that referrer.
create table prospects (
  program_id   bigint not null,
  prospect_id  bigint generated always as identity,
  referrer_id  bigint not null,
  name         text not null,
  email        text not null,
  answers      jsonb not null default '[]',
  state        text not null check (state in ('submitted', 'converted', 'rejected')),
  customer_id  bigint,
  order_id     text,
  submitted_at timestamptz not null,
  decided_at   timestamptz,
  primary key (program_id, prospect_id),
  foreign key (program_id, referrer_id) references referrers,
  foreign key (program_id, customer_id) references customers,
  check ((state = 'converted') = (customer_id is not null))
);
create index prospects_state on prospects (program_id, state, prospect_id);

-- Where events are sent, in which shape, and the secret that signs them, encrypted under a key that is not in the database.
create table webhook_endpoints (
  program_id      bigint not null references programs,
  endpoint_id     bigint generated always as identity,
  key             text not null,
  name            text not null,
  url             text not null,
  format          text not null check (format in ('native', 'gameball', 'partnero')),
  events          text[] not null,
  sealed_secret   bytea not null,
  former_secret   bytea, -- signs a second header until former_until
  former_until    timestamptz,
  active          boolean not null,
  created_at      timestamptz not null,
  updated_at      timestamptz not null,
  primary key (program_id, endpoint_id),
  unique (program_id, key)
);

-- One-time addresses by which somebody is signed in to the portal. Of the token only its hash is kept.
create table sign_in_tokens (
  program_id  bigint not null,
  token_hash  bytea not null,
  referrer_id bigint not null,
  created_at  timestamptz not null,
  expires_at  timestamptz not null,
  used_at     timestamptz,
  primary key (program_id, token_hash),
  foreign key (program_id, referrer_id) references referrers
);
create index sign_in_tokens_expired on sign_in_tokens (expires_at);

-- Mails to be sent, each written in the transaction of what it is about.
create table outgoing_mails (
  program_id bigint not null references programs,
  mail_id    bigint generated always as identity,
  kind       text not null,
  address    text not null,
  details    jsonb not null default '{}',
  created_at timestamptz not null,
  sent_at    timestamptz,
  primary key (program_id, mail_id)
);
create index outgoing_mails_unsent on outgoing_mails (created_at, program_id) where sent_at is null;
create index outgoing_mails_address on outgoing_mails (program_id, lower(address), kind, created_at);
