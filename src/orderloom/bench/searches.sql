-- name: orders_after
-- Orders by number, after one of them.
select order_id, order_no, external_no, placed_at
from orders
where order_no > %(after)s::text
order by order_no
limit %(count)s::int;

-- name: some_orders
-- Orders from all over the year.
select order_no, external_no
from orders
order by hashtext(order_no)
limit %(count)s::int;

-- name: latest
-- When the latest order was placed.
select max(placed_at) from orders;

-- name: analyze
-- ddl
analyze search_keys
