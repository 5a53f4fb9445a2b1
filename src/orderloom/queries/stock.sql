-- name: levels
-- Pools by SKU and warehouse, after a pool if one is given. Never prepared.
select sku, warehouse, pool, on_hand, reserved, greatest(0, on_hand - reserved), safety, expected_at
from stock_pools
where (%(sku)s::text is null or sku = %(sku)s::text)
    and (%(warehouse)s::text is null or warehouse = %(warehouse)s::text)
    and (%(pool)s::text is null or pool = %(pool)s::text)
    and (
        %(after_sku)s::text is null
        or (sku, warehouse, pool) > (%(after_sku)s::text, %(after_warehouse)s::text, %(after_pool)s::text)
    )
    and (%(scope_warehouses)s::text[] is null or warehouse = any(%(scope_warehouses)s::text[]))
order by sku, warehouse, pool
limit %(count)s::int;

-- name: lots
-- Lots and bins of a SKU, the first to expire first.
select
    sku, warehouse, lot, bin, on_hand, reserved, greatest(0, on_hand - reserved), manufactured_on, expires_on,
    received_at
from stock_lots
where sku = %(sku)s::text
    and (%(warehouse)s::text is null or warehouse = %(warehouse)s::text)
    and (on_hand > 0 or reserved > 0)
    and (%(scope_warehouses)s::text[] is null or warehouse = any(%(scope_warehouses)s::text[]))
order by warehouse, expires_on nulls last, received_at, lot, bin
limit %(count)s::int;

-- name: supplies
-- What of a SKU may still be promised: now from spot, and by the times at which other pools are expected.
select pool, expected_at, sum(greatest(0, on_hand - reserved))::bigint
from stock_pools
where sku = %(sku)s::text
    and (%(warehouse)s::text is null or warehouse = %(warehouse)s::text)
    and (%(scope_warehouses)s::text[] is null or warehouse = any(%(scope_warehouses)s::text[]))
group by pool, expected_at;

-- name: waiting
-- Units of a SKU that orders wait for.
select coalesce(sum(quantity), 0)::bigint
from backorders
where sku = %(sku)s::text;

-- name: movements
-- What moved of a SKU, the newest first, with who said so and why, and the order that it was for if it is in scope.
with moved as materialized (
    select recorded_at, sku, warehouse, pool, lot, bin, quantity, kind, subject, n
    from movements
    where sku = %(sku)s::text
        and (%(warehouse)s::text is null or warehouse = %(warehouse)s::text)
        and (%(scope_warehouses)s::text[] is null or warehouse = any(%(scope_warehouses)s::text[]))
    order by recorded_at desc, subject, n
    limit %(count)s::int
)
select
    moved.recorded_at, moved.sku, moved.warehouse, moved.pool, moved.lot, moved.bin, moved.quantity, moved.kind,
    moved.subject, moved.n, coalesce(said.body ->> 'actor', ''), coalesce(said.body ->> 'source', ''),
    coalesce(said.body -> 'events' -> (moved.n - said.n) ->> 'reason', ''), coalesce(seen.order_no, '')
from moved
left join lateral (
    select log.n, log.body::json as body
    from log
    where log.subject = moved.subject and log.recorded_at = moved.recorded_at
        and log.n <= moved.n and moved.n < log.n + log.count
    limit 1
) as said on true
left join lateral (
    select orders.order_no
    from orders
    where orders.order_id = moved.subject
        and {{viewer.order_in_scope}}
) as seen on true
order by moved.recorded_at desc, moved.subject, moved.n;

-- name: shelves
-- Stock by SKU and warehouse, what orders wait for first, then what is low; after a row if one is given. What is
-- waited for and lies nowhere is a row without a warehouse, for who sees all of them. Never prepared.
with pools as (
    select
        sku, warehouse,
        coalesce(sum(on_hand) filter (where pool = 'spot'), 0) as on_hand,
        coalesce(sum(reserved) filter (where pool = 'spot'), 0) as reserved,
        coalesce(sum(greatest(0, on_hand - reserved)) filter (where pool = 'spot'), 0) as available,
        coalesce(max(safety) filter (where pool = 'spot'), 0) as safety,
        coalesce(sum(greatest(0, on_hand - reserved)) filter (where pool <> 'spot'), 0) as coming,
        min(expected_at) filter (where pool <> 'spot' and on_hand > reserved) as coming_at
    from stock_pools
    where (%(scope_warehouses)s::text[] is null or warehouse = any(%(scope_warehouses)s::text[]))
    group by sku, warehouse
),

wanted as (
    select sku, sum(quantity) as waiting
    from backorders
    group by sku
),

aging as (
    select sku, warehouse, min(expires_on) as expires_on
    from stock_lots
    where on_hand > 0 and expires_on is not null
    group by sku, warehouse
),

known as (
    select
        pools.sku, pools.warehouse, on_hand, reserved, available, safety, coming, coming_at,
        coalesce(waiting, 0) as waiting, expires_on
    from pools
    left join wanted on wanted.sku = pools.sku
    left join aging on aging.sku = pools.sku and aging.warehouse = pools.warehouse
    union all
    select sku, '', 0, 0, 0, 0, 0, null, waiting, null
    from wanted
    where %(scope_warehouses)s::text[] is null
        and not exists (select 1 from stock_pools where stock_pools.sku = wanted.sku)
),

ranked as (
    select
        case when waiting > 0 then 0 when available <= 0 or available < safety then 1 else 2 end as rank,
        known.sku, coalesce(skus.data ->> 'name', '') as name, known.warehouse, on_hand, reserved, available, safety,
        coming, coming_at, waiting, expires_on
    from known
    left join skus on skus.sku = known.sku
    where (%(warehouse)s::text is null or known.warehouse = %(warehouse)s::text)
        and (
            %(text)s::text is null
            or starts_with(lower(known.sku), lower(%(text)s::text))
            or position(lower(%(text)s::text) in lower(skus.data ->> 'name')) > 0
            or skus.barcode = %(text)s::text
        )
)

select
    rank, sku, name, warehouse, on_hand::bigint, reserved::bigint, available::bigint, safety::bigint, coming::bigint,
    coming_at, waiting::bigint, expires_on, (array['waiting', 'low', ''])[rank + 1]
from ranked
where (
        %(need)s::text is null
        or (%(need)s::text = 'waiting' and rank = 0)
        or (%(need)s::text = 'low' and (available <= 0 or available < safety))
        or (%(need)s::text = 'expiring' and expires_on <= %(expiring_on)s::date)
    )
    and (
        %(after_rank)s::int is null
        or (rank, sku, warehouse) > (%(after_rank)s::int, %(after_sku)s::text, %(after_warehouse)s::text)
    )
order by rank, sku, warehouse
limit %(count)s::int;

-- name: holdings
-- Lines of orders in scope that hold units of a SKU, the most important first.
select
    orders.order_no, orders.channel, orders.stage, orders.held, orders.priority, reservations.line_no,
    reservations.warehouse, reservations.pool, reservations.quantity, orders.placed_at, orders.promised_at
from reservations
join orders using (order_id)
where reservations.sku = %(sku)s::text
    and (%(warehouse)s::text is null or reservations.warehouse = %(warehouse)s::text)
    and (%(scope_warehouses)s::text[] is null or reservations.warehouse = any(%(scope_warehouses)s::text[]))
    and (%(scope_channels)s::text[] is null or orders.channel = any(%(scope_channels)s::text[]))
    and (
        %(scope_owners)s::text[] is null
        or orders.customer_no in (
            select customers.customer_no from customers where customers.reached_by && %(scope_owners)s::text[]
        )
    )
order by orders.priority, orders.placed_at, orders.order_no, reservations.line_no
limit %(count)s::int;

-- name: waiting_orders
-- Lines of orders in scope that wait for units of a SKU, the most important first: a scope of warehouses holds for
-- orders that are shipped from one of them.
select
    orders.order_no, orders.channel, orders.stage, orders.held, orders.priority, backorders.line_no, '', '',
    backorders.quantity, orders.placed_at, orders.promised_at
from backorders
join orders using (order_id)
where backorders.sku = %(sku)s::text
    and {{viewer.order_in_scope}}
order by orders.priority, orders.placed_at, orders.order_no, backorders.line_no
limit %(count)s::int;

-- name: reserved
-- Units of a SKU that orders hold, whoever they are.
select coalesce(sum(quantity), 0)::bigint
from reservations
where sku = %(sku)s::text
    and (%(warehouse)s::text is null or warehouse = %(warehouse)s::text)
    and (%(scope_warehouses)s::text[] is null or warehouse = any(%(scope_warehouses)s::text[]));
