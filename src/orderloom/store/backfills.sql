-- name: unidentified
-- Orders that have left the house, or ended, and do not say whose they are, from a place on.
select order_id, placed_at,
    coalesce(
        nullif(state::json -> 'buyer' ->> 'phone_key', ''), nullif(state::json -> 'consignee' ->> 'phone_key', ''), ''
    )
from orders
where customer_no = '' and stage in ('shipped', 'delivered', 'cancelled', 'returned')
    and (placed_at, order_id) > (%(after_at)s::timestamptz, %(after_id)s::uuid)
order by placed_at, order_id
limit %(most)s::int;

-- name: by_phone
-- The customers of these phones, with their levels.
select encode(phone_key, 'hex'), customer_no, coalesce(data ->> 'level', '')
from customers
where phone_key = any(%(phone_keys)s::bytea[])
order by customer_no;
