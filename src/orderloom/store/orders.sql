-- name: lock_orders
-- Orders as they stand, locked in key order.
select order_id, state::text
from orders
where order_id = any(%(order_ids)s::uuid[])
order by order_id
for update;

-- name: find_external
-- Which orders these external numbers of channels are.
select orders.channel, orders.external_no, orders.order_id
from unnest(%(channels)s::text[], %(external_nos)s::text[]) as asked (channel, external_no)
join orders on orders.channel = asked.channel and orders.external_no = asked.external_no;

-- name: find_numbers
-- Which orders these order numbers are.
select order_no, order_id
from orders
where order_no = any(%(order_nos)s::text[]);

-- name: find_shipments
-- Which orders these shipments belong to.
select shipment_no, order_id
from shipments
where shipment_no = any(%(shipment_nos)s::text[]);

-- name: update_orders
-- The new fold of orders that were loaded and locked.
update orders
set n = new.n, stage = new.stage, furthest = new.furthest, grade = new.grade, priority = new.priority,
    held = new.held, cancelled = new.cancelled, customer_no = new.customer_no, account = new.account,
    province = new.province, paid_at = new.paid_at, promised_at = new.promised_at,
    goods_minor = new.goods_minor, discount_minor = new.discount_minor, freight_minor = new.freight_minor,
    tax_minor = new.tax_minor, adjustment_minor = new.adjustment_minor, total_minor = new.total_minor,
    paid_minor = new.paid_minor, credit_reserved_minor = new.credit_reserved_minor,
    credit_used_minor = new.credit_used_minor, state = new.state
from unnest(
    %(order_id)s::uuid[], %(n)s::int[], %(stage)s::text[], %(furthest)s::text[], %(grade)s::text[],
    %(priority)s::int[], %(held)s::bool[], %(cancelled)s::bool[], %(customer_no)s::text[], %(account)s::text[],
    %(province)s::text[], %(paid_at)s::timestamptz[], %(promised_at)s::timestamptz[],
    %(goods_minor)s::bigint[], %(discount_minor)s::bigint[], %(freight_minor)s::bigint[],
    %(tax_minor)s::bigint[], %(adjustment_minor)s::bigint[], %(total_minor)s::bigint[], %(paid_minor)s::bigint[],
    %(credit_reserved_minor)s::bigint[], %(credit_used_minor)s::bigint[], %(state)s::text[]
) as new (
    order_id, n, stage, furthest, grade, priority, held, cancelled, customer_no, account, province, paid_at,
    promised_at, goods_minor, discount_minor, freight_minor, tax_minor, adjustment_minor, total_minor, paid_minor,
    credit_reserved_minor, credit_used_minor, state
)
where orders.order_id = new.order_id;

-- name: upsert_shipments
-- Shipments that changed.
insert into shipments (shipment_no, order_id, warehouse, stage, carrier, planned_at, stage_at, freight_cost_minor)
select shipment_no, order_id, warehouse, stage, carrier, stage_at, stage_at, freight_cost_minor
from unnest(
    %(shipment_nos)s::text[], %(order_ids)s::uuid[], %(warehouses)s::text[], %(stages)s::text[],
    %(carriers)s::text[], %(stage_ats)s::timestamptz[], %(costs)s::bigint[]
) as new (shipment_no, order_id, warehouse, stage, carrier, stage_at, freight_cost_minor)
on conflict (shipment_no) do update
set warehouse = excluded.warehouse, stage = excluded.stage, carrier = excluded.carrier,
    stage_at = case when shipments.stage = excluded.stage then shipments.stage_at else excluded.stage_at end,
    freight_cost_minor = excluded.freight_cost_minor;

-- name: take_numbers
-- A block of a number series, in a short transaction of its own.
insert into numbers (series, next)
values (%(series)s::text, 1 + %(count)s::bigint)
on conflict (series) do update
set next = numbers.next + %(count)s::bigint
returning next - %(count)s::bigint as first;

-- name: copy_orders
-- Orders that are new in this batch.
-- ddl
copy orders (
    order_id, n, stage, furthest, grade, priority, held, cancelled, customer_no, account, province, paid_at,
    promised_at, goods_minor, discount_minor, freight_minor, tax_minor, adjustment_minor, total_minor, paid_minor,
    credit_reserved_minor, credit_used_minor, state, order_no, channel, external_no, placed_at, received_at, currency
) from stdin (format binary)

-- name: copy_shipments
-- Shipments of new orders.
-- ddl
copy shipments (
    shipment_no, order_id, warehouse, stage, carrier, planned_at, stage_at, freight_cost_minor
) from stdin (format binary)

-- name: peek_orders
-- What must be locked before these orders are: their customers and address windows.
select order_id, customer_no, coalesce(state::json -> 'consignee' ->> 'address_key', '') as address_key
from orders
where order_id = any(%(order_ids)s::uuid[]);

-- name: read_orders
-- Orders as they stand, without a lock.
select order_id, state::text
from orders
where order_id = any(%(order_ids)s::uuid[]);

-- name: ids_after
-- The next orders, by id.
select order_id
from orders
where order_id > %(after)s::uuid
order by order_id
limit %(count)s::int;
