-- What a metric is computed from: a source of rows, conditions and measures put together by name (`queries.metrics`).
-- Everything a document says goes in as a quoted identifier of the vocabulary or as a literal, never as text.

-- name: bounded
-- No metric may hold a connection for longer.
select set_config('statement_timeout', %(milliseconds)s::text, true);

-- name: orders
-- Orders in scope; unused columns cost nothing, since PostgreSQL pulls this up.
-- ddl
select
    orders.order_id, order_no, channel, stage, furthest, grade, customer_no, province, currency, held, cancelled,
    coalesce(tallied.intercepted, false) as intercepted, coalesce(tallied.touched, false) as touched,
    paid_at is not null as paid, furthest in ('shipped', 'delivered') as shipped, placed_at, received_at, paid_at,
    promised_at, extract(epoch from {now} - placed_at) / 3600 as hours_since_placed,
    extract(epoch from {now} - paid_at) / 3600 as hours_since_paid,
    extract(epoch from promised_at - {now}) / 3600 as hours_to_promise, goods_minor, discount_minor, freight_minor,
    total_minor, paid_minor, credit_used_minor, state
from orders
left join tallied on tallied.order_id = orders.order_id
where ({channels} is null or channel = any({channels}))
    and ({owners} is null or customer_no in (select customer_no from customers where reached_by && {owners}))
    and (
        {warehouses} is null
        or exists (
            select 1
            from shipments
            where shipments.order_id = orders.order_id and shipments.warehouse = any({warehouses})
        )
    )

-- name: tallied_orders
-- Orders as the relay has added them up, for who sees whole channels.
-- ddl
select
    channel, province, grade, stage, furthest, furthest in ('shipped', 'delivered') as shipped, paid, held, cancelled,
    intercepted, touched, currency, at, at as placed_at, weight, total_minor, paid_minor
from tallies
where cut = {cut} and ({channels} is null or channel = any({channels})) and {warehouses} is null and {owners} is null

-- name: tallied_holds
-- Open holds as the relay has added them up, for who sees whole channels.
-- ddl
select channel, province, grade, code, weight, total_minor
from tallies
where cut = {cut} and ({channels} is null or channel = any({channels})) and {warehouses} is null and {owners} is null

-- name: tallied_shipments
-- Shipments as the relay has added them up, for who sees whole channels or warehouses. Hours are summed, each beside of
-- how many it is known; an instant stands for its hour, where anything is known of it.
-- ddl
select
    channel, warehouse, carrier, stage as shipment_stage, stage = 'cancelled' as cancelled,
    stage = 'delivered' as delivered, case promise when 'kept' then true when 'broken' then false end as on_time,
    at, at as planned_at, case when picked then at end as picked_at, case when shipped then at end as shipped_at,
    case when signed then at end as delivered_at, weight, cost_minor as freight_cost_minor,
    (weight * extract(epoch from {now} - timestamptz '2020-01-01 00:00+00') - staged_ms / 1000.0) / 3600
        as hours_in_stage,
    weight as hours_in_stage_known, case when picked then picked_ms / 3600000.0 end as hours_placed_to_picked,
    case when picked then weight end as hours_placed_to_picked_known,
    case when picked and paid then paid_picked_ms / 3600000.0 end as hours_paid_to_picked,
    case when picked and paid then weight end as hours_paid_to_picked_known,
    case when shipped then shipped_ms / 3600000.0 end as hours_placed_to_shipped,
    case when shipped then weight end as hours_placed_to_shipped_known,
    case when signed then signed_ms / 3600000.0 end as hours_placed_to_delivered,
    case when signed then weight end as hours_placed_to_delivered_known
from tallies
where cut = {cut} and ({channels} is null or channel = any({channels}))
    and ({warehouses} is null or warehouse = any({warehouses})) and {owners} is null

-- name: lines
-- Lines of the orders in scope.
-- ddl
select
    scoped.*, line ->> 'sku' as sku, coalesce(skus.data ->> 'category', '') as category,
    coalesce((line ->> 'gift')::bool, false) as gift, (line ->> 'quantity')::bigint as quantity,
    coalesce((line ->> 'amount_minor')::bigint, 0) as amount_minor,
    coalesce((line ->> 'discount_minor')::bigint, 0) as line_discount_minor
from ({orders}) as scoped
cross join lateral json_array_elements(scoped.state::json -> 'lines') as line
left join skus on skus.sku = line ->> 'sku'

-- name: shipments
-- Shipments in scope, with what their order's confirmations say of them.
-- ddl
select
    orders.order_id, orders.order_no, orders.channel, orders.province, shipments.warehouse,
    shipments.stage as shipment_stage, shipments.carrier, coalesce(kept ->> 'service', '') as service,
    shipments.stage = 'cancelled' as cancelled, shipments.stage = 'delivered' as delivered, shipments.planned_at,
    shipments.stage_at, orders.placed_at, shipments.freight_cost_minor,
    extract(epoch from {now} - shipments.stage_at) / 3600 as hours_in_stage, told.shipped_at, told.delivered_at,
    told.picked_at, told.delivered_at <= orders.promised_at as on_time,
    extract(epoch from told.picked_at - orders.placed_at) / 3600 as hours_placed_to_picked,
    extract(epoch from told.picked_at - orders.paid_at) / 3600 as hours_paid_to_picked,
    extract(epoch from told.shipped_at - orders.placed_at) / 3600 as hours_placed_to_shipped,
    extract(epoch from told.delivered_at - orders.placed_at) / 3600 as hours_placed_to_delivered
from shipments
join orders using (order_id)
left join lateral (
    select one as kept
    from json_array_elements(orders.state::json -> 'shipments') as one
    where one ->> 'shipment_no' = shipments.shipment_no
) as found on true
left join lateral (
    select
        max((each ->> 'at')::timestamptz) filter (where each ->> 'stage' = 'picked') as picked_at,
        max((each ->> 'at')::timestamptz) filter (where each ->> 'stage' = 'shipped') as shipped_at,
        max((each ->> 'at')::timestamptz) filter (where each ->> 'stage' = 'delivered') as delivered_at
    from json_array_elements(coalesce(kept -> 'confirmations', '[]')) as each
) as told on true
where ({channels} is null or orders.channel = any({channels}))
    and (
        {owners} is null
        or orders.customer_no in (select customers.customer_no from customers where customers.reached_by && {owners})
    )
    and ({warehouses} is null or shipments.warehouse = any({warehouses}))

-- name: holds
-- Open holds of the orders in scope.
-- ddl
select
    scoped.order_id, scoped.order_no, scoped.channel, scoped.grade, scoped.province, scoped.placed_at,
    scoped.total_minor, hold ->> 'code' as code, coalesce(hold ->> 'owner', '') as owner,
    (hold ->> 'at')::timestamptz as opened_at,
    extract(epoch from {now} - (hold ->> 'at')::timestamptz) / 3600 as hours_open
from ({orders}) as scoped
cross join lateral json_array_elements(scoped.state::json -> 'holds') as hold
where scoped.held

-- name: events
-- The relay's sums by minute: events of the whole workspace, those of channels for who sees only some.
-- ddl
select metric as event, case when key = '' then channel else key end as key, bucket as minute, value
from sums
where bucket > 'epoch'::timestamptz
    and ({channels} is null or channel = any({channels}))
    and {warehouses} is null and {owners} is null

-- name: calls
-- What leaves the house, and each time that a source was asked what changed (`catch_up`), for who sees all of it.
-- ddl
select
    topic, state, state = 'dead' or attempts > 1 as failed, attempts, due_at as asked_at
from outbox
where {channels} is null and {warehouses} is null and {owners} is null
union all
select
    'catch_up' as topic, case problem when '' then 'done' else 'failed' end as state, problem <> '' as failed,
    1 as attempts, started_at as asked_at
from catch_ups
where {channels} is null and {warehouses} is null and {owners} is null

-- name: records
-- Records of one type, for who sees all of the house; the order is the first that one is linked to.
-- ddl
select
    record_no, title as record_title, created_at, changed_at,
    extract(epoch from {now} - created_at) / 3600 as hours_since_created, state,
    (
        select substr(min(target), 7)
        from record_links
        where record_links.record_id = records.record_id and target like 'order/%'
    ) as order_no
from records
where type = {type} and {channels} is null and {warehouses} is null and {owners} is null

-- name: measured
-- The figure of each group and piece of time, and how many rows it is made of.
-- ddl
select {bucket} as bucket, {groups} as groups, {measure} as value, {counted} as count
from ({rows}) as rows
where {where}
group by 1, 2
order by 1 desc nulls last, 2
limit {most}

-- name: behind
-- The orders behind a figure, the newest first.
-- ddl
select distinct order_no
from ({rows}) as rows
where {where}
order by order_no desc
limit {most}

-- name: no_bucket
-- ddl
null::timestamptz

-- name: bucketed
-- ddl
date_trunc({unit}, {field} at time zone {zone}) at time zone {zone}

-- name: groups
-- ddl
array[{fields}]::text[]

-- name: as_text
-- ddl
coalesce(({field})::text, '')

-- name: count
-- ddl
count(*)::float8

-- name: added_up
-- ddl
sum(value)::float8

-- name: tallied_count
-- ddl
coalesce(sum(weight), 0)::float8

-- name: tallied_average
-- ddl
sum({field})::float8 / nullif(sum({known}), 0)

-- name: tallied_share
-- ddl
100 * coalesce(sum(weight) filter (where {where}), 0)::float8 / nullif(sum(weight), 0)

-- name: tallied_counted
-- ddl
sum(weight)::bigint

-- name: rows_counted
-- ddl
count(*)

-- name: events_counted
-- ddl
sum(value)::bigint

-- name: sum
-- ddl
coalesce(sum({field}), 0)::float8

-- name: average
-- ddl
avg({field})::float8

-- name: least
-- ddl
min({field})::float8

-- name: most
-- ddl
max({field})::float8

-- name: percentile
-- ddl
(percentile_cont({part}) within group (order by {field}))::float8

-- name: share
-- ddl
100 * (count(*) filter (where {where}))::float8 / nullif(count(*), 0)

-- name: everything
-- ddl
true

-- name: both
-- ddl
({left}) and ({right})

-- name: is_eq
-- ddl
{field} = {value}

-- name: is_ne
-- ddl
{field} is distinct from {value}

-- name: is_gt
-- ddl
{field} > {value}

-- name: is_ge
-- ddl
{field} >= {value}

-- name: is_lt
-- ddl
{field} < {value}

-- name: is_le
-- ddl
{field} <= {value}

-- name: is_in
-- ddl
{field} = any({value})

-- name: is_not_in
-- ddl
not coalesce({field} = any({value}), false)

-- name: is_known
-- ddl
{field} is not null and {field}::text <> ''

-- name: is_unknown
-- ddl
{field} is null or {field}::text = ''

-- name: own_field
-- An own field of the order, as text.
-- ddl
state::json -> 'custom' ->> {name}

-- name: record_text
-- An own field of a record.
-- ddl
state::json -> 'values' ->> {name}

-- name: record_number
-- As a number; what is none, or was before its field changed its type, is unknown.
-- ddl
case
    when pg_input_is_valid(state::json -> 'values' ->> {name}, 'double precision')
    then (state::json -> 'values' ->> {name})::float8
end

-- name: record_flag
-- ddl
case state::json -> 'values' ->> {name} when 'true' then true when 'false' then false end

-- name: record_time
-- ddl
case
    when pg_input_is_valid(state::json -> 'values' ->> {name}, 'timestamptz')
    then (state::json -> 'values' ->> {name})::timestamptz
end

-- name: since
-- ddl
{field} >= date_trunc({unit}, {now} at time zone {zone}) at time zone {zone} - {back} and {field} <= {now}

-- name: back
-- ddl
make_interval({unit} => {count})
