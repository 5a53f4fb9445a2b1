-- name: shipment_nos
-- The shipments of these orders.
select shipment_no
from shipments
where order_id = any(%(order_ids)s::uuid[])
order by shipment_no;

-- name: state
-- An order as its row keeps it.
select state
from orders
where order_id = %(order_id)s::uuid;

-- name: entries
-- All that was said of an order.
select n, count, body
from log
where subject = %(order_id)s::uuid
order by n;

-- name: shipments
-- An order's shipments as their rows keep them.
select shipment_no, warehouse, stage, carrier, stage_at, freight_cost_minor
from shipments
where order_id = %(order_id)s::uuid
order by shipment_no;

-- name: movements
-- What an order moved out of the house.
select sku, warehouse, pool, lot, bin, quantity, kind, n
from movements
where subject = %(order_id)s::uuid
order by n, sku, warehouse, lot, bin;

-- name: order_ids
-- Some orders, spread over the house.
select order_id
from orders tablesample bernoulli (%(percent)s::float8)
limit %(count)s::int;
