-- name: steady
-- Everything a world reads is what was there at one instant.
-- ddl
set transaction isolation level repeatable read, read only;

-- name: hand_on
-- The name of this transaction's view of the database, for another to look through it.
select pg_export_snapshot();

-- name: take_over
-- Look through another transaction's view of the database.
-- ddl
set transaction snapshot {name};

-- name: last_snapshot
-- The newest count of the pools before an instant, with the transactions that it had seen.
select snapshot_id, at, seen::text
from stock_snapshots
where at <= %(before)s::timestamptz
order by at desc
limit 1;

-- name: pools_then
-- The pools of a snapshot.
select
    sku, warehouse, pool, then_.on_hand, then_.reserved, coalesce(now_.safety, 0) as safety, now_.expected_at
from stock_snapshot_rows as then_
left join stock_pools as now_ using (sku, warehouse, pool)
where then_.snapshot_id = %(snapshot_id)s::uuid;

-- name: entries
-- What was said of orders and stock since a snapshot, in order, with what the rules were asked of new orders.
select log.xid, log.kind, log.subject, log.n, log.recorded_at, log.body, inputs.shape_id, inputs.body
from log
left join inputs
    on inputs.subject = log.subject and inputs.n = log.n and inputs.recorded_at = log.recorded_at and log.n = 1
where log.kind in ('order', 'stock')
    and log.recorded_at >= %(since)s::timestamptz and log.recorded_at < %(until)s::timestamptz
    and (%(seen)s::text is null or not pg_visible_in_snapshot(log.xid::text::xid8, %(seen)s::text::pg_snapshot))
order by log.xid, log.i;

-- name: shapes
-- The names that kept inputs leave out.
select shape_id, names from input_shapes;
