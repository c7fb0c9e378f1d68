-- Lists of orders by any wallet that has to do with them, and totals by the day of fulfilment, without reading all orders.
create index chain_orders_creator on chain_orders (program_id, creator, created_at, order_id) where creator is not null;
create index chain_orders_taker on chain_orders (program_id, taker, created_at, order_id) where taker is not null;
create index chain_orders_unlock_authority on chain_orders (program_id, unlock_authority, created_at, order_id)
  where unlock_authority is not null;
create index chain_orders_give_patch_authority on chain_orders (program_id, give_patch_authority, created_at, order_id)
  where give_patch_authority is not null;
create index chain_orders_order_authority_dst on chain_orders (program_id, order_authority_dst, created_at, order_id)
  where order_authority_dst is not null;
create index chain_orders_fulfilled on chain_orders (program_id, fulfilled_at) where fulfilled_at is not null;
