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
-- What moved of a SKU, the newest first.
select recorded_at, sku, warehouse, pool, lot, bin, quantity, kind, subject, n
from movements
where sku = %(sku)s::text
    and (%(warehouse)s::text is null or warehouse = %(warehouse)s::text)
    and (%(scope_warehouses)s::text[] is null or warehouse = any(%(scope_warehouses)s::text[]))
order by recorded_at desc, subject, n
limit %(count)s::int;
