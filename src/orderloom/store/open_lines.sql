-- name: read_open_lines
-- What can still be taken back of a channel's orders: of these customers, or under these numbers, and of these SKUs.
select orders.order_id, orders.external_no, orders.placed_at, orders.customer_no, orders.currency, orders.freight_minor,
    coalesce((
        select json_agg(line)
        from json_array_elements(orders.state::json -> 'lines') as line
        where line ->> 'sku' = any(%(skus)s::text[]) and line -> 'gift_of' is null
    ), '[]') as lines
from orders
where orders.channel = %(channel)s::text and not orders.cancelled
    and (orders.customer_no = any(%(customer_nos)s::text[]) or orders.external_no = any(%(external_nos)s::text[]));
