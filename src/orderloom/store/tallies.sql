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
                        date_trunc('hour', planned_at, 'UTC'), warehouse, carrier, shipments.stage, freight_cost_minor
                    )
                ),
                '[]'
            )::text
        from shipments
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
-- Add to cells, in key order.
insert into tallies (
    cut, at, channel, province, grade, stage, furthest, paid, held, cancelled, intercepted, touched, currency,
    warehouse, carrier, code, weight, total_minor, paid_minor, cost_minor
)
select
    cut, at, channel, province, grade, stage, furthest, paid, held, cancelled, intercepted, touched, currency,
    warehouse, carrier, code, weight, total_minor, paid_minor, cost_minor
from json_to_recordset(%(cells)s::json) as new (
    cut text, at timestamptz, channel text, province text, grade text, stage text, furthest text, paid bool, held bool,
    cancelled bool, intercepted bool, touched bool, currency text, warehouse text, carrier text, code text,
    weight bigint, total_minor bigint, paid_minor bigint, cost_minor bigint
)
order by
    cut, at, channel, province, grade, stage, furthest, paid, held, cancelled, intercepted, touched, currency,
    warehouse, carrier, code
on conflict (
    cut, at, channel, province, grade, stage, furthest, paid, held, cancelled, intercepted, touched, currency,
    warehouse, carrier, code
) do update
set weight = tallies.weight + excluded.weight,
    total_minor = tallies.total_minor + excluded.total_minor,
    paid_minor = tallies.paid_minor + excluded.paid_minor,
    cost_minor = tallies.cost_minor + excluded.cost_minor;

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
)

select
    'stands' as cut, 'epoch'::timestamptz as at, channel, province, grade, stage, furthest, paid, held, cancelled,
    false as intercepted, false as touched, currency, '' as warehouse, '' as carrier, '' as code,
    count(*)::bigint as weight, sum(total_minor)::bigint as total_minor, sum(paid_minor)::bigint as paid_minor,
    0::bigint as cost_minor
from standing
group by 3, 4, 5, 6, 7, 8, 9, 10, 13
union all
select
    'hours', placed, channel, '', grade, stage, furthest, paid, held, cancelled, intercepted, touched, currency, '',
    '', '', count(*), sum(total_minor), sum(paid_minor), 0
from standing
group by 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13
union all
select
    'places', placed, channel, province, '', '', '', false, false, cancelled, false, false, '', '', '', '', count(*),
    sum(total_minor), sum(paid_minor), 0
from standing
group by 2, 3, 4, 10
union all
select
    'holds', 'epoch', channel, province, grade, '', '', false, false, false, false, false, '', '', '', code, count(*),
    sum(total_minor), 0, 0
from standing
cross join lateral jsonb_array_elements_text(hold_codes::jsonb) as hold (code)
where held
group by 3, 4, 5, 16
union all
select
    cut, at, channel, '', '', shipments.stage, '', false, false, false, false, false, '', warehouse, carrier, '',
    count(*), 0, 0, sum(freight_cost_minor)
from shipments
join standing on standing.order_id = shipments.order_id
cross join lateral (
    values ('shipments', date_trunc('hour', planned_at, 'UTC')), ('parts', 'epoch'::timestamptz)
) as cuts (cut, at)
group by 1, 2, 3, 6, 14, 15

-- name: differing
-- Cells that are not their rows added up.
-- ddl
select
    concat_ws(' ', cut, channel, province, grade, stage, warehouse, carrier, code),
    coalesce(kept.weight, 0)::bigint, coalesce(recounted.weight, 0)::bigint
from tallies as kept
full join ({recounted}) as recounted using (
    cut, at, channel, province, grade, stage, furthest, paid, held, cancelled, intercepted, touched, currency,
    warehouse, carrier, code
)
where (kept.weight, kept.total_minor, kept.paid_minor, kept.cost_minor)
    is distinct from (recounted.weight, recounted.total_minor, recounted.paid_minor, recounted.cost_minor)
limit {most}

-- name: fill
-- What the relay would have counted.
-- ddl
insert into tallies (
    cut, at, channel, province, grade, stage, furthest, paid, held, cancelled, intercepted, touched, currency,
    warehouse, carrier, code, weight, total_minor, paid_minor, cost_minor
)
{recounted}
