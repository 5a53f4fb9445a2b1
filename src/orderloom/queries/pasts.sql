-- The orders as they were, in tables that only this session sees. A temporary table or view is found before a table of
-- the workspace that has its name, so every statement about orders is about those of the past.

-- name: steady
-- All of it is of one instant.
-- ddl
set transaction isolation level repeatable read;

-- name: bounded
-- Nothing of it takes longer than all of it may.
select set_config('statement_timeout', %(milliseconds)s::text, true);

-- name: touched
-- What has changed since then.
-- ddl
create temporary table past_touched as
select distinct subject
from log
where kind = 'order' and recorded_at >= {since};

-- name: count_touched
-- How many orders that are.
-- ddl
select count(*) from past_touched;

-- name: tables
-- The rows that they had, none yet.
-- ddl
create temporary table past_orders as select * from orders with no data;

-- name: shipment_tables
-- ddl
create temporary table past_shipments as select * from shipments with no data;

-- name: by_order
-- What is written anew at each look is found by these.
-- ddl
create index on past_orders (order_id);

-- name: shipments_by_order
-- ddl
create index on past_shipments (order_id);

-- name: orders_view
-- The orders that did not change, as they are, and the others as they were.
-- ddl
create temporary view orders as
select * from {orders} where order_id not in (select subject from past_touched)
union all
select * from past_orders;

-- name: shipments_view
-- Their shipments.
-- ddl
create temporary view shipments as
select * from {shipments} where order_id not in (select subject from past_touched)
union all
select * from past_shipments;

-- name: before
-- What the orders had said until then, in order. Clocks of several machines may differ by a little: what follows another
-- entry is never before it.
-- ddl
select subject, recorded_at, body
from (
    select log.subject, n, recorded_at, body, max(recorded_at) over (partition by log.subject order by n) as at
    from log
    join past_touched on past_touched.subject = log.subject
) as said
where at < {since}
order by subject, n;

-- name: since
-- What they said from then on, as it came.
-- ddl
select subject, at, body
from (
    select log.subject, n, body, max(recorded_at) over (partition by log.subject order by n) as at
    from log
    join past_touched on past_touched.subject = log.subject
) as said
where at >= {since} and at <= {until}
order by at, subject, n;

-- name: forget_orders
-- Orders that are written anew.
-- ddl
delete from past_orders where order_id = any(%(order_ids)s::uuid[]);

-- name: forget_shipments
-- Their shipments.
-- ddl
delete from past_shipments where order_id = any(%(order_ids)s::uuid[]);

-- name: copy_orders
-- Orders as they stood at a look.
-- ddl
copy past_orders (
    order_id, n, stage, furthest, grade, priority, held, cancelled, customer_no, account, province, paid_at,
    promised_at, goods_minor, discount_minor, freight_minor, tax_minor, adjustment_minor, total_minor, paid_minor,
    credit_reserved_minor, credit_used_minor, state, order_no, channel, external_no, placed_at, received_at, currency
) from stdin (format binary)

-- name: copy_shipments
-- Shipments as they stood at a look.
-- ddl
copy past_shipments (
    shipment_no, order_id, warehouse, stage, carrier, planned_at, stage_at, freight_cost_minor
) from stdin (format binary)
