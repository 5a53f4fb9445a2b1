-- name: read_pools
-- Pools of these SKUs as they stand, without a lock: the guard at saving has the last word.
select sku, warehouse, pool, on_hand, reserved, safety, expected_at
from stock_pools
where sku = any(%(skus)s::text[]);

-- name: lock_pools
-- Pools of these SKUs, locked in key order.
select sku, warehouse, pool, on_hand, reserved, safety, expected_at
from stock_pools
where sku = any(%(skus)s::text[])
order by sku, warehouse, pool
for update;

-- name: lock_lots
-- Lots of these SKUs in these warehouses, locked in key order.
select stock_lots.sku, stock_lots.warehouse, lot, bin, on_hand, reserved, manufactured_on, expires_on, received_at
from stock_lots
where (stock_lots.sku, stock_lots.warehouse) in (
    select sku, warehouse from unnest(%(skus)s::text[], %(warehouses)s::text[]) as asked (sku, warehouse)
)
order by sku, warehouse, lot, bin
for update;

-- name: change_pools
-- Add to what pools hold and have promised. Rows are locked in key order first, so that two batches never
-- wait for each other in a circle; the table's own check refuses what would oversell.
with new as (
    select sku, warehouse, pool, on_hand, reserved
    from unnest(
        %(skus)s::text[], %(warehouses)s::text[], %(pools)s::text[], %(on_hands)s::bigint[], %(reserveds)s::bigint[]
    ) as new (sku, warehouse, pool, on_hand, reserved)
),

locked as (
    select stock_pools.sku, stock_pools.warehouse, stock_pools.pool, new.on_hand, new.reserved
    from stock_pools
    join new using (sku, warehouse, pool)
    order by stock_pools.sku, stock_pools.warehouse, stock_pools.pool
    for update of stock_pools
)

update stock_pools
set on_hand = stock_pools.on_hand + locked.on_hand, reserved = stock_pools.reserved + locked.reserved
from locked
where stock_pools.sku = locked.sku and stock_pools.warehouse = locked.warehouse and stock_pools.pool = locked.pool;

-- name: open_pools
-- Pools that stock comes into for the first time.
insert into stock_pools (sku, warehouse, pool, expected_at)
select distinct on (sku, warehouse, pool) sku, warehouse, pool, expected_at
from unnest(
    %(skus)s::text[], %(warehouses)s::text[], %(pools)s::text[], %(expected_ats)s::timestamptz[]
) as new (sku, warehouse, pool, expected_at)
order by sku, warehouse, pool, expected_at
on conflict (sku, warehouse, pool) do update
set expected_at = coalesce(excluded.expected_at, stock_pools.expected_at);

-- name: change_lots
-- Add to what lots hold and have promised; a lot is made when units first come into it.
insert into stock_lots (
    sku, warehouse, lot, bin, on_hand, reserved, manufactured_on, expires_on, received_at
)
select sku, warehouse, lot, bin, on_hand, reserved, manufactured_on, expires_on, received_at
from unnest(
    %(skus)s::text[], %(warehouses)s::text[], %(lots)s::text[], %(bins)s::text[], %(on_hands)s::bigint[],
    %(reserveds)s::bigint[], %(manufactured_ons)s::date[], %(expires_ons)s::date[], %(received_ats)s::timestamptz[]
) as new (sku, warehouse, lot, bin, on_hand, reserved, manufactured_on, expires_on, received_at)
where on_hand >= 0 and reserved >= 0
on conflict (sku, warehouse, lot, bin) do update
set on_hand = stock_lots.on_hand + excluded.on_hand, reserved = stock_lots.reserved + excluded.reserved,
    manufactured_on = coalesce(excluded.manufactured_on, stock_lots.manufactured_on),
    expires_on = coalesce(excluded.expires_on, stock_lots.expires_on);

-- name: lower_lots
-- Take from what lots hold and have promised.
update stock_lots
set on_hand = stock_lots.on_hand + new.on_hand, reserved = stock_lots.reserved + new.reserved
from unnest(
    %(skus)s::text[], %(warehouses)s::text[], %(lots)s::text[], %(bins)s::text[], %(on_hands)s::bigint[],
    %(reserveds)s::bigint[]
) as new (sku, warehouse, lot, bin, on_hand, reserved)
where stock_lots.sku = new.sku and stock_lots.warehouse = new.warehouse and stock_lots.lot = new.lot
    and stock_lots.bin = new.bin;

-- name: delete_reservations
-- Reservations that are no more.
delete from reservations
using unnest(
    %(skus)s::text[], %(warehouses)s::text[], %(pools)s::text[], %(order_ids)s::uuid[], %(line_nos)s::int[]
) as gone (sku, warehouse, pool, order_id, line_no)
where reservations.sku = gone.sku and reservations.warehouse = gone.warehouse and reservations.pool = gone.pool
    and reservations.order_id = gone.order_id and reservations.line_no = gone.line_no;

-- name: update_reservations
-- Reservations whose quantity changed.
update reservations
set quantity = new.quantity
from unnest(
    %(skus)s::text[], %(warehouses)s::text[], %(pools)s::text[], %(order_ids)s::uuid[], %(line_nos)s::int[],
    %(quantities)s::bigint[]
) as new (sku, warehouse, pool, order_id, line_no, quantity)
where reservations.sku = new.sku and reservations.warehouse = new.warehouse and reservations.pool = new.pool
    and reservations.order_id = new.order_id and reservations.line_no = new.line_no;

-- name: reserved_by
-- Open reservations of pools, the least important first: these are displaced when a count finds less.
select reservations.sku, reservations.warehouse, reservations.pool, reservations.order_id, line_no, quantity
from reservations
join orders using (order_id)
where (reservations.sku, reservations.warehouse, reservations.pool) in (
    select sku, warehouse, pool from unnest(%(skus)s::text[], %(warehouses)s::text[], %(pools)s::text[])
        as asked (sku, warehouse, pool)
)
order by orders.priority desc, orders.received_at desc, order_id, line_no;

-- name: copy_reservations
-- Reservations that are new in this batch.
-- ddl
copy reservations (sku, warehouse, pool, order_id, line_no, quantity) from stdin (format binary)

-- name: copy_movements
-- Units that came in or went out.
-- ddl
copy movements (
    sku, warehouse, pool, lot, bin, quantity, kind, subject, n, recorded_at
) from stdin (format binary)
