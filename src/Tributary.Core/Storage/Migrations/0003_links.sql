-- Domains and links. redirect_hosts and server_short_codes are directories of the whole server: a request that arrives at a
-- host says nothing else of its programme. On a cluster they are reference tables.

-- number: what dialects call a domain; never used again. A removed domain stays, so that links and clicks keep theirs.
create table domains (
  program_id    bigint not null references programs,
  domain_id     bigint generated always as identity,
  number        integer not null,
  kind          text not null check (kind in ('site', 'short', 'wildcard', 'api')),
  is_primary    boolean not null default false,
  scheme        text not null default 'https' check (scheme in ('http', 'https')),
  host          text not null,
  port          integer,
  base_path     text not null default '',
  sub_domains   boolean not null default false,
  path_links    boolean not null default false,
  keep_path     boolean not null default true,
  token         text not null,
  state         text not null check (state in ('unverified', 'verified', 'lapsed', 'removed')),
  verified_by   text check (verified_by in ('dns', 'file', 'snippet', 'operator')),
  verified_at   timestamptz,
  checked_at    timestamptz,
  failing_since timestamptz,
  created_at    timestamptz not null,
  updated_at    timestamptz not null,
  primary key (program_id, domain_id),
  unique (program_id, number),
  check (not is_primary or kind = 'site')
);
create unique index domains_primary on domains (program_id) where is_primary and state <> 'removed';
create unique index domains_address on domains (program_id, kind, host, coalesce(port, 0), base_path) where state <> 'removed';
create index domains_checked on domains (checked_at) where state in ('verified', 'lapsed') and verified_by <> 'operator';

-- Hosts that the redirector knows. A redirect host is one programme's. Of a site it answers links by path, if at all; otherwise
-- the site is here so that its name is not taken for a code below a wildcard.
create table redirect_hosts (
  host       text not null,
  kind       text not null check (kind in ('site', 'short', 'wildcard', 'api')),
  program_id bigint not null references programs,
  domain_id  bigint not null,
  answers    boolean not null,
  primary key (host, kind, program_id, domain_id)
);
create unique index redirect_hosts_of_one_program on redirect_hosts (host) where kind <> 'site';

-- destination null: the domain's own address. domain_id null: the primary domain, whichever it is then.
-- parameters: [[name, value], …] in the order in which they are appended.
create table links (
  program_id          bigint not null,
  link_id             bigint generated always as identity,
  public_id           text not null,
  referrer_id         bigint not null,
  domain_id           bigint,
  is_default          boolean not null default false,
  key                 text not null,
  short_code          text not null,
  destination         text,
  label               text,
  parameters          jsonb not null default '[]',
  form                text not null default 'query' check (form in ('query', 'path', 'subdomain', 'short')),
  state               text not null default 'active' check (state in ('active', 'paused', 'deleted', 'blocked')),
  expires_at          timestamptz,
  click_limit         bigint check (click_limit > 0),
  limit_reached_at    timestamptz,
  direct_page         text,
  direct_redirect_url text,
  version             bigint not null default 1,
  created_at          timestamptz not null,
  updated_at          timestamptz not null,
  deleted_at          timestamptz,
  primary key (program_id, link_id),
  unique (program_id, public_id),
  foreign key (program_id, referrer_id) references referrers,
  foreign key (program_id, domain_id) references domains
);
create unique index links_default on links (program_id, referrer_id) where is_default;
create unique index links_direct_page on links (program_id, direct_page) where direct_page is not null and state <> 'deleted';
create index links_referrer on links (program_id, referrer_id, link_id);
create index links_domain on links (program_id, domain_id) where domain_id is not null;

alter table codes add foreign key (program_id, link_id) references links;
create index codes_link on codes (program_id, link_id) where link_id is not null;

create table server_short_codes (
  short_code text primary key,
  program_id bigint not null references programs,
  link_id    bigint not null
);
