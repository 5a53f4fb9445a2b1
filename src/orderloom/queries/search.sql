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
-- Orders that have all of these keys, among the newest that have the first of them.
select order_id
from (
    select order_id
    from search_keys
    where token = %(first)s::bigint and kind = %(kind)s::smallint
    order by order_id desc
    limit %(most)s::int
) as recent
where not exists (
    select 1
    from unnest(%(others)s::bigint[]) as other (token)
    where not exists (
        select 1
        from search_keys
        where search_keys.token = other.token and search_keys.order_id = recent.order_id
            and search_keys.kind = %(kind)s::smallint
    )
)
limit %(count)s::int;

-- name: found
-- The orders found that are in scope, the newest first.
select
    order_id, order_no, channel, external_no, stage, held, customer_no, province, placed_at, currency, total_minor
from orders
where order_id = any(%(order_ids)s::uuid[])
    and (%(scope_channels)s::text[] is null or channel = any(%(scope_channels)s::text[]))
    and (
        %(scope_warehouses)s::text[] is null
        or exists (
            select 1
            from shipments
            where shipments.order_id = orders.order_id and shipments.warehouse = any(%(scope_warehouses)s::text[])
        )
    )
order by placed_at desc, order_id desc;
