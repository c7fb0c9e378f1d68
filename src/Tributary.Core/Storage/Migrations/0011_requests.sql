-- Requests to the deBridge dialect, for support: what was asked under which code and what came of it. No keys, headers, bodies or
-- whole addresses. code null: the request carried none.
create table dialect_requests (
  program_id      bigint not null references programs,
  request_no      bigint generated always as identity,
  code            bigint,
  at              timestamptz not null,
  endpoint        text not null,
  status          integer not null,
  error_id        text,
  duration_ms     integer not null,
  request_id      text not null,
  order_id        text,
  upstream_status integer,
  address         text,
  parameters      jsonb not null default '{}',
  primary key (program_id, request_no)
);
create index dialect_requests_code on dialect_requests (program_id, code, request_no);
create index dialect_requests_id on dialect_requests (program_id, request_id);
create index dialect_requests_age on dialect_requests (program_id, at);
