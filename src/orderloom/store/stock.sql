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
-- Add to what pools hold and have promised. The keys come sorted and are looked up one after the other, so that two
-- batches lock rows in one order; one that waits for the other all the same decides again. The table's own check
-- refuses what would oversell.
update stock_pools
set on_hand = stock_pools.on_hand + new.on_hand, reserved = stock_pools.reserved + new.reserved
from unnest(
    %(skus)s::text[], %(warehouses)s::text[], %(pools)s::text[], %(on_hands)s::bigint[], %(reserveds)s::bigint[]
) as new (sku, warehouse, pool, on_hand, reserved)
where stock_pools.sku = new.sku and stock_pools.warehouse = new.warehouse and stock_pools.pool = new.pool;

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
-- Open reservations of a pool, the least important first: these are displaced when a count finds less. Goods
-- already picked or packed there come last: they are at hand, and someone would have to unpack them.
select reservations.order_id, line_no, quantity
from reservations
join orders using (order_id)
where reservations.sku = %(sku)s::text and reservations.warehouse = %(warehouse)s::text
    and reservations.pool = %(pool)s::text
order by
    exists (
        select 1
        from shipments
        where shipments.order_id = reservations.order_id and shipments.warehouse = reservations.warehouse
            and shipments.stage in ('picked', 'packed')
    ),
    orders.priority desc, orders.received_at desc, order_id, line_no
limit %(count)s::int;

-- name: picked_from
-- Shipments whose picks stand on a lot and bin, the least important first, those only released before those picked.
select orders.order_id, shipment ->> 'shipment_no' as shipment_no, sum((pick ->> 'quantity')::bigint)::bigint as units
from orders
cross join json_array_elements(state::json -> 'shipments') as shipment
cross join json_array_elements(shipment -> 'picks') as pick
where order_id in (
    select order_id
    from reservations
    where sku = %(sku)s::text and warehouse = %(warehouse)s::text and pool = 'spot'
)
    and shipment ->> 'warehouse' = %(warehouse)s::text
    and coalesce(shipment ->> 'stage', 'allocated') in ('allocated', 'picked', 'packed')
    and pick ->> 'sku' = %(sku)s::text and pick ->> 'lot' = %(lot)s::text and pick ->> 'bin' = %(bin)s::text
group by orders.order_id, shipment ->> 'shipment_no', coalesce(shipment ->> 'stage', 'allocated')
order by
    coalesce(shipment ->> 'stage', 'allocated') <> 'allocated', min(priority) desc, min(received_at) desc, order_id
limit %(count)s::int;

-- name: delete_backorders
-- Units that orders wait for no more.
delete from backorders
using unnest(%(skus)s::text[], %(order_ids)s::uuid[], %(line_nos)s::int[]) as gone (sku, order_id, line_no)
where backorders.sku = gone.sku and backorders.order_id = gone.order_id and backorders.line_no = gone.line_no;

-- name: upsert_backorders
-- Units that orders wait for.
insert into backorders (sku, order_id, line_no, quantity)
select sku, order_id, line_no, quantity
from unnest(%(skus)s::text[], %(order_ids)s::uuid[], %(line_nos)s::int[], %(quantities)s::bigint[])
    as new (sku, order_id, line_no, quantity)
on conflict (sku, order_id, line_no) do update
set quantity = excluded.quantity;

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
