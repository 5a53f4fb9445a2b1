-- name: newest
-- When the pools were last counted.
select max(at) from stock_snapshots;

-- name: take
-- The pools as this statement sees them, with the transactions that it sees.
with taken as (
    insert into stock_snapshots (snapshot_id, at, seen)
    values (%(snapshot_id)s::uuid, %(at)s::timestamptz, pg_current_snapshot())
    returning snapshot_id
)

insert into stock_snapshot_rows (snapshot_id, sku, warehouse, pool, on_hand, reserved)
select taken.snapshot_id, stock_pools.sku, stock_pools.warehouse, stock_pools.pool, on_hand, reserved
from taken
cross join stock_pools
where on_hand <> 0 or reserved <> 0;

-- name: forget
-- Snapshots that no back-test begins from any more.
delete from stock_snapshots where at < %(before)s::timestamptz;
