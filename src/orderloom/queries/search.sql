-- name: begun
-- Orders whose number, external number or shipment lies in one of these ranges: begins so, in one of its writings.
-- The columns are in byte order, so that their indexes serve. The highest numbers come first.
select found.order_id, found.kind
from unnest(%(froms)s::text[], %(tos)s::text[]) as range (low, high)
cross join lateral (
    (
        select order_id, 1 as kind
        from orders
        where order_no >= range.low and order_no < range.high
        order by order_no desc
        limit %(count)s::int
    )
    union all
    (
        select order_id, 2
        from orders
        where external_no >= range.low and external_no < range.high
        order by external_no desc
        limit %(count)s::int
    )
    union all
    (
        select order_id, 6
        from shipments
        where shipment_no >= range.low and shipment_no < range.high
        order by shipment_no desc
        limit %(count)s::int
    )
) as found;

-- name: keyed
-- Orders that have all of these tokens, the newest first, and whether more have them than are looked at.
with matches as materialized (
    select order_id
    from search_keys
    where tokens @> %(tokens)s::bigint[]
    limit %(most)s::int
)
select order_id, (select count(*) from matches) = %(most)s::int
from matches
order by order_id desc
limit %(count)s::int;

-- name: keyed_newest
-- Among the newest orders those that have all of these tokens.
select order_id
from (
    select order_id, tokens
    from search_keys
    order by order_id desc
    limit %(newest)s::int
) as newest
where tokens @> %(tokens)s::bigint[]
limit %(count)s::int;

-- name: found
-- The orders found that are in scope, the newest first.
select
    order_id, order_no, channel, external_no, stage, held, customer_no, province, placed_at, currency, total_minor
from orders
where order_id = any(%(order_ids)s::uuid[])
    and {{viewer.order_in_scope}}
order by placed_at desc, order_id desc;
