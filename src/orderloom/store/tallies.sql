-- fragment: told
-- What a shipment's confirmations say; nothing before the first. The statement names the tables `orders` and
-- `shipments`.
select
    date_trunc('hour', signed_at, 'UTC') as signed_at, picked_at is not null as picked,
    shipped_at is not null as shipped, signed_at is not null as signed,
    case when signed_at <= orders.promised_at then 'kept' when signed_at > orders.promised_at then 'broken' else '' end
        as promise,
    coalesce(round(extract(epoch from picked_at - orders.placed_at) * 1000), 0)::bigint as picked_ms,
    coalesce(round(extract(epoch from picked_at - orders.paid_at) * 1000), 0)::bigint as paid_picked_ms,
    coalesce(round(extract(epoch from shipped_at - orders.placed_at) * 1000), 0)::bigint as shipped_ms,
    coalesce(round(extract(epoch from signed_at - orders.placed_at) * 1000), 0)::bigint as signed_ms,
    round(extract(epoch from shipments.stage_at - timestamptz '2020-01-01 00:00+00') * 1000)::bigint as staged_ms
from (
    select
        max((one ->> 'at')::timestamptz) filter (where one ->> 'stage' = 'picked') as picked_at,
        max((one ->> 'at')::timestamptz) filter (where one ->> 'stage' = 'shipped') as shipped_at,
        max((one ->> 'at')::timestamptz) filter (where one ->> 'stage' = 'delivered') as signed_at
    from json_array_elements(
        case when shipments.stage <> 'allocated' then orders.state::json -> 'shipments' end
    ) as kept
    cross join lateral json_array_elements(coalesce(kept -> 'confirmations', '[]')) as one
    where kept ->> 'shipment_no' = shipments.shipment_no
) as confirmed

-- name: now_of
-- What orders are counted by as they stand, with their shipments.
select
    order_id, date_trunc('hour', placed_at, 'UTC'), channel, province, grade, stage, furthest, paid_at is not null,
    held, cancelled, currency, total_minor, paid_minor, coalesce(hold_codes, '[]'),
    (
        select
            coalesce(
                json_agg(
                    json_build_array(
                        date_trunc('hour', planned_at, 'UTC'), warehouse, carrier, shipments.stage, freight_cost_minor,
                        signed_at, picked, shipped, signed, promise, picked_ms, paid_picked_ms, shipped_ms, signed_ms,
                        staged_ms
                    )
                ),
                '[]'
            )::text
        from shipments
        cross join lateral {{tallies.told}} as told
        where shipments.order_id = orders.order_id
    )
from orders
where order_id = any(%(order_ids)s::uuid[]);

-- name: put_in
-- What orders have put in so far.
select order_id, facts, intercepted, touched from tallied where order_id = any(%(order_ids)s::uuid[]);

-- name: keep
-- What orders have put in from now on.
insert into tallied (order_id, facts, intercepted, touched)
select order_id, facts, intercepted, touched
from unnest(%(order_ids)s::uuid[], %(facts)s::text[], %(intercepted)s::bool[], %(touched)s::bool[])
    as new (order_id, facts, intercepted, touched)
on conflict (order_id) do update
set facts = excluded.facts, intercepted = excluded.intercepted, touched = excluded.touched;

-- name: add
-- Add to cells, in key order. What a cell does not name is empty.
insert into tallies (
    cut, at, channel, province, grade, stage, furthest, paid, held, cancelled, intercepted, touched, currency,
    warehouse, carrier, code, picked, shipped, signed, promise, weight, total_minor, paid_minor, cost_minor, picked_ms,
    paid_picked_ms, shipped_ms, signed_ms, staged_ms
)
select
    cut, at, channel, coalesce(province, ''), coalesce(grade, ''), coalesce(stage, ''), coalesce(furthest, ''),
    coalesce(paid, false), coalesce(held, false), coalesce(cancelled, false), coalesce(intercepted, false),
    coalesce(touched, false), coalesce(currency, ''), coalesce(warehouse, ''), coalesce(carrier, ''),
    coalesce(code, ''), coalesce(picked, false), coalesce(shipped, false), coalesce(signed, false),
    coalesce(promise, ''), coalesce(weight, 0), coalesce(total_minor, 0), coalesce(paid_minor, 0),
    coalesce(cost_minor, 0), coalesce(picked_ms, 0), coalesce(paid_picked_ms, 0), coalesce(shipped_ms, 0),
    coalesce(signed_ms, 0), coalesce(staged_ms, 0)
from json_to_recordset(%(cells)s::json) as new (
    cut text, at timestamptz, channel text, province text, grade text, stage text, furthest text, paid bool, held bool,
    cancelled bool, intercepted bool, touched bool, currency text, warehouse text, carrier text, code text,
    picked bool, shipped bool, signed bool, promise text, weight bigint, total_minor bigint, paid_minor bigint,
    cost_minor bigint, picked_ms bigint, paid_picked_ms bigint, shipped_ms bigint, signed_ms bigint, staged_ms bigint
)
order by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20
on conflict (
    cut, at, channel, province, grade, stage, furthest, paid, held, cancelled, intercepted, touched, currency,
    warehouse, carrier, code, picked, shipped, signed, promise
) do update
set weight = tallies.weight + excluded.weight,
    total_minor = tallies.total_minor + excluded.total_minor,
    paid_minor = tallies.paid_minor + excluded.paid_minor,
    cost_minor = tallies.cost_minor + excluded.cost_minor,
    picked_ms = tallies.picked_ms + excluded.picked_ms,
    paid_picked_ms = tallies.paid_picked_ms + excluded.paid_picked_ms,
    shipped_ms = tallies.shipped_ms + excluded.shipped_ms,
    signed_ms = tallies.signed_ms + excluded.signed_ms,
    staged_ms = tallies.staged_ms + excluded.staged_ms;

-- name: sweep
-- Cells that nothing is in any more.
delete from tallies where weight = 0;

-- name: followed
-- Whether all that was said when this is asked has been counted.
select
    coalesce((select position from cursors where name = 'tallies'), 0)
    = (select coalesce(max(last_position), 0) from seals)
    and not exists (
        select from log where xid >= (select coalesce(max(xid_to), -9223372036854775808) from seals)
    );

-- name: recounted
-- The rows added up: what the tallies are when all was counted.
-- ddl
with standing as (
    select
        orders.order_id, channel, province, grade, stage, furthest, paid_at is not null as paid, held, cancelled,
        coalesce(tallied.intercepted, false) as intercepted, coalesce(tallied.touched, false) as touched, currency,
        date_trunc('hour', placed_at, 'UTC') as placed, total_minor, paid_minor, hold_codes
    from orders
    left join tallied on tallied.order_id = orders.order_id
),

parts as (
    select
        orders.channel, shipments.stage, orders.paid_at is not null as paid, warehouse, carrier, freight_cost_minor,
        date_trunc('hour', planned_at, 'UTC') as planned_at, told.*
    from shipments
    join orders on orders.order_id = shipments.order_id
    cross join lateral {{tallies.told}} as told
)

select
    'stands' as cut, 'epoch'::timestamptz as at, channel, province, grade, stage, furthest, paid, held, cancelled,
    false as intercepted, false as touched, currency, '' as warehouse, '' as carrier, '' as code, false as picked,
    false as shipped, false as signed, '' as promise, count(*)::bigint as weight,
    sum(total_minor)::bigint as total_minor, sum(paid_minor)::bigint as paid_minor, 0::bigint as cost_minor,
    0::bigint as picked_ms, 0::bigint as paid_picked_ms, 0::bigint as shipped_ms, 0::bigint as signed_ms,
    0::bigint as staged_ms
from standing
group by 3, 4, 5, 6, 7, 8, 9, 10, 13
union all
select
    'hours', placed, channel, '', grade, stage, furthest, paid, held, cancelled, intercepted, touched, currency, '',
    '', '', false, false, false, '', count(*), sum(total_minor), sum(paid_minor), 0, 0, 0, 0, 0, 0
from standing
group by 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13
union all
select
    'places', placed, channel, province, '', '', '', false, false, cancelled, false, false, '', '', '', '', false,
    false, false, '', count(*), sum(total_minor), sum(paid_minor), 0, 0, 0, 0, 0, 0
from standing
group by 2, 3, 4, 10
union all
select
    'holds', 'epoch', channel, province, grade, '', '', false, false, false, false, false, '', '', '', code, false,
    false, false, '', count(*), sum(total_minor), 0, 0, 0, 0, 0, 0, 0
from standing
cross join lateral jsonb_array_elements_text(hold_codes::jsonb) as hold (code)
where held
group by 3, 4, 5, 16
union all
select
    cut, at, channel, '', '', stage, '', paid, false, false, false, false, '', warehouse, carrier, '', picked, shipped,
    signed, promise, count(*), 0, 0, sum(freight_cost_minor), sum(picked_ms), sum(paid_picked_ms), sum(shipped_ms),
    sum(signed_ms), sum(staged_ms)
from parts
cross join lateral (
    values ('shipments', planned_at), ('deliveries', signed_at), ('parts', 'epoch'::timestamptz)
) as cuts (cut, at)
where at is not null
group by 1, 2, 3, 6, 8, 14, 15, 17, 18, 19, 20

-- name: differing
-- Cells that are not their rows added up.
-- ddl
select
    concat_ws(' ', cut, channel, province, grade, stage, warehouse, carrier, code),
    coalesce(kept.weight, 0)::bigint, coalesce(recounted.weight, 0)::bigint
from tallies as kept
full join ({recounted}) as recounted using (
    cut, at, channel, province, grade, stage, furthest, paid, held, cancelled, intercepted, touched, currency,
    warehouse, carrier, code, picked, shipped, signed, promise
)
where (
    kept.weight, kept.total_minor, kept.paid_minor, kept.cost_minor, kept.picked_ms, kept.paid_picked_ms,
    kept.shipped_ms, kept.signed_ms, kept.staged_ms
) is distinct from (
    recounted.weight, recounted.total_minor, recounted.paid_minor, recounted.cost_minor, recounted.picked_ms,
    recounted.paid_picked_ms, recounted.shipped_ms, recounted.signed_ms, recounted.staged_ms
)
limit {most}

-- name: fill
-- What the relay would have counted.
-- ddl
insert into tallies (
    cut, at, channel, province, grade, stage, furthest, paid, held, cancelled, intercepted, touched, currency,
    warehouse, carrier, code, picked, shipped, signed, promise, weight, total_minor, paid_minor, cost_minor, picked_ms,
    paid_picked_ms, shipped_ms, signed_ms, staged_ms
)
{recounted}
