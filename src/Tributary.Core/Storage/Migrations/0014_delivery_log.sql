-- erased: it told of a customer who was deleted; nothing that comes of it is kept any more.
alter table deliveries add column erased boolean not null default false;

create index deliveries_failed on deliveries (program_id, endpoint_id, delivery_id) where state = 'failed';
create index deliveries_created on deliveries (program_id, endpoint_id, created_at, delivery_id);

-- Of whom an event tells as the one who gets a reward.
create index events_recipient on events (program_id, ((data ->> 'recipientId')::bigint)) where jsonb_exists(data, 'recipientId');
