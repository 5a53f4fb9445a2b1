-- name: open
-- Where the patterns of the stored orders stand while they are copied.
-- ddl
create unlogged table past (
    k integer primary key,
    order_id uuid not null,
    order_no text not null,
    lately boolean not null,
    ns integer[] not null,
    counts integer[] not null,
    recorded timestamptz[] not null,
    bodies text[] not null,
    state text not null,
    inputs text not null,
    shape_id bigint not null,
    instants timestamptz[] not null
)

-- name: close
-- The patterns are not part of the workspace.
-- ddl
drop table past

-- name: entries
-- What the log says of the first orders, and the rows that go with it.
select
    orders.order_id, orders.order_no, orders.external_no, orders.customer_no, orders.stage, orders.state::text,
    inputs.body::text as inputs, inputs.shape_id, log.ns, log.counts, log.recorded, log.bodies
from orders
join inputs on inputs.subject = orders.order_id
cross join lateral (
    select
        array_agg(entry.n order by entry.n) as ns, array_agg(entry.count order by entry.n) as counts,
        array_agg(entry.recorded_at order by entry.n) as recorded, array_agg(entry.body::text order by entry.n) as bodies
    from log as entry
    where entry.subject = orders.order_id
) as log
order by orders.order_no;

-- name: shipments_of
-- The shipments of these orders.
select shipment_no
from shipments
where order_id = any(%(order_ids)s::uuid[])
order by shipment_no;

-- name: keep
-- One pattern.
-- ddl
insert into past (k, order_id, order_no, lately, ns, counts, recorded, bodies, state, inputs, shape_id, instants)
values (
    %(k)s::int, %(order_id)s::uuid, %(order_no)s::text, %(lately)s::bool, %(ns)s::int[], %(counts)s::int[],
    %(recorded)s::timestamptz[], %(bodies)s::text[], %(state)s::text, %(inputs)s::text, %(shape_id)s::bigint,
    %(instants)s::timestamptz[]
);

-- name: shipped
-- Units that each pattern ships or holds, by place.
-- ddl
select past.k, movements.sku, movements.warehouse, movements.lot, movements.bin, -movements.quantity as quantity
from past
join movements on movements.subject = past.order_id
union all
select past.k, reservations.sku, reservations.warehouse, 'L1', 'A-01', reservations.quantity
from past
join reservations on reservations.order_id = past.order_id;

-- name: store
-- Orders of a range of numbers, each a pattern with words of its own; all their rows, and the chain of their entries.
-- Orders lie over the whole time in the order of their numbers; those still open lie in its last days.
-- ddl
with numbered as materialized (
    select
        past.*, g,
        case
            when past.lately then %(span)s::interval - interval '5 days' * (1 - g::float8 / %(orders)s::bigint)
            else %(span)s::interval * (g::float8 / %(orders)s::bigint)
        end as later,
        'C' || lpad((hashint8(g)::bigint & 2147483647) %% %(customers)s::bigint || '', 6, '0') as customer_no
    from generate_series(%(first)s::bigint, %(last)s::bigint) as g
    join past on past.k = g %% %(patterns)s::bigint
),

named as materialized (
    select
        numbered.*, 'B' || lpad(g::text, 9, '0') as external_no,
        (
            lpad(to_hex(floor(extract(epoch from recorded[1] + later) * 1000)::bigint), 12, '0') || '7'
            || substr(md5(g::text), 1, 3) || '8' || substr(md5(g::text), 4, 15)
        )::uuid as id,
        'OL-' || to_char((recorded[1] + later) at time zone 'UTC', 'YYYYMMDD') || '-' || lpad(g::text, 9, '0') as no
    from numbered
),

worded as materialized (
    select
        named.*,
        array[id::text, no, external_no, customer_no] || array(
            select to_char((at + later) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
            from unnest(instants) with ordinality as instant (at, place)
            order by place
        ) as words
    from named
),

said as materialized (
    select
        worded.*, format(bodies[1], variadic words) as b1, format(bodies[2], variadic words) as b2,
        format(bodies[3], variadic words) as b3, format(bodies[4], variadic words) as b4,
        format(bodies[5], variadic words) as b5, format(bodies[6], variadic words) as b6
    from worded
),

copies as materialized (
    select said.*, array[b1, b2, b3, b4, b5, b6] as spoken, array[h1, h2, h3, h4, h5, h6] as hashes
    from said
    cross join lateral (
        select sha256(
            decode(repeat('00', 32), 'hex') || uuid_send(id) || convert_to(ns[1] || ' ' || b1, 'UTF8')
        ) as h1 offset 0
    ) as chain_1
    cross join lateral (select sha256(h1 || uuid_send(id) || convert_to(ns[2] || ' ' || b2, 'UTF8')) as h2 offset 0) as chain_2
    cross join lateral (select sha256(h2 || uuid_send(id) || convert_to(ns[3] || ' ' || b3, 'UTF8')) as h3 offset 0) as chain_3
    cross join lateral (select sha256(h3 || uuid_send(id) || convert_to(ns[4] || ' ' || b4, 'UTF8')) as h4 offset 0) as chain_4
    cross join lateral (select sha256(h4 || uuid_send(id) || convert_to(ns[5] || ' ' || b5, 'UTF8')) as h5 offset 0) as chain_5
    cross join lateral (select sha256(h5 || uuid_send(id) || convert_to(ns[6] || ' ' || b6, 'UTF8')) as h6 offset 0) as chain_6
),

logged as (
    insert into log (xid, i, kind, subject, n, count, recorded_at, body, hash)
    select
        (g / %(at_once)s::bigint - (%(orders)s::bigint + %(at_once)s::bigint - 1) / %(at_once)s::bigint) * 6 + place - 1,
        g %% %(at_once)s::bigint, 'order', id, n, count, recorded_at + later, body::json, hash
    from copies
    cross join lateral unnest(ns, counts, recorded, spoken, hashes) with ordinality
        as entry (n, count, recorded_at, body, hash, place)
    where body is not null
),

headed as (
    insert into heads (subject, n, hash)
    select id, ns[cardinality(ns)] + counts[cardinality(ns)] - 1, hashes[cardinality(ns)]
    from copies
),

asked as (
    insert into inputs (recorded_at, subject, n, revision, shape_id, body)
    select recorded[1] + later, id, 1, 1, shape_id, format(inputs, variadic words)
    from copies
),

ordered as (
    insert into orders (
        order_id, order_no, channel, external_no, n, stage, furthest, grade, priority, held, cancelled, customer_no,
        account, province, placed_at, received_at, paid_at, promised_at, currency, goods_minor, discount_minor,
        freight_minor, tax_minor, adjustment_minor, total_minor, paid_minor, credit_reserved_minor, credit_used_minor,
        state
    )
    select
        copies.id, copies.no, was.channel, copies.external_no, was.n, was.stage, was.furthest, was.grade, was.priority,
        was.held, was.cancelled, copies.customer_no, copies.customer_no, was.province, was.placed_at + later,
        was.received_at + later, was.paid_at + later, was.promised_at + later, was.currency, was.goods_minor,
        was.discount_minor, was.freight_minor, was.tax_minor, was.adjustment_minor, was.total_minor, was.paid_minor,
        was.credit_reserved_minor, was.credit_used_minor, format(copies.state, variadic words)::json
    from copies
    join orders as was on was.order_id = copies.order_id
),

planned as (
    insert into shipments (
        shipment_no, order_id, warehouse, stage, carrier, planned_at, stage_at, freight_cost_minor
    )
    select
        replace(was.shipment_no, copies.order_no, copies.no), id, warehouse, stage, carrier, planned_at + later,
        stage_at + later, freight_cost_minor
    from copies
    join shipments as was on was.order_id = copies.order_id
),

reserved as (
    insert into reservations (sku, warehouse, pool, order_id, line_no, quantity)
    select sku, warehouse, pool, id, line_no, quantity
    from copies
    join reservations as was on was.order_id = copies.order_id
),

moved as (
    insert into movements (sku, warehouse, pool, lot, bin, quantity, kind, subject, n, recorded_at)
    select sku, warehouse, pool, lot, bin, quantity, kind, id, n, recorded_at + later
    from copies
    join movements as was on was.subject = copies.order_id
),

kept as (
    insert into messages (message_id, channel, external_no, door, received_at, state, became, order_id, order_n)
    select
        md5('message ' || g)::uuid, was.channel, copies.external_no, was.door, was.received_at + later, was.state,
        was.became, id, was.order_n
    from copies
    join messages as was on was.order_id = copies.order_id
)

insert into outbox (outbox_id, topic, subject, number, key, payload, due_at, attempts, state, done_at)
select
    md5('outbox ' || g || was.topic || was.key)::uuid, was.topic, id::text, was.number,
    replace(was.key, copies.order_id::text, id::text), was.payload, was.due_at + later, 1, 'done', was.due_at + later
from copies
join outbox as was on was.subject = copies.order_id::text
where later > %(span)s::interval - %(outbox_days)s::int * interval '1 day';

-- name: settle_pools
-- Pools are what moved and what is reserved.
update stock_pools
set on_hand = moved.on_hand, reserved = coalesce(reserved_now.quantity, 0)
from (
    select sku, warehouse, pool, sum(quantity) as on_hand
    from movements
    group by sku, warehouse, pool
) as moved
left join (
    select sku, warehouse, pool, sum(quantity) as quantity
    from reservations
    group by sku, warehouse, pool
) as reserved_now using (sku, warehouse, pool)
where stock_pools.sku = moved.sku and stock_pools.warehouse = moved.warehouse and stock_pools.pool = moved.pool
    and (stock_pools.on_hand, stock_pools.reserved) <> (moved.on_hand, coalesce(reserved_now.quantity, 0));

-- name: settle_lots
-- Lots are what moved.
update stock_lots
set on_hand = moved.on_hand
from (
    select sku, warehouse, lot, bin, sum(quantity) as on_hand
    from movements
    where pool = 'spot'
    group by sku, warehouse, lot, bin
) as moved
where stock_lots.sku = moved.sku and stock_lots.warehouse = moved.warehouse and stock_lots.lot = moved.lot
    and stock_lots.bin = moved.bin and stock_lots.on_hand <> moved.on_hand;

-- name: settle_accounts
-- Accounts are what their orders use and reserve.
update accounts
set used_minor = owed.used_minor, reserved_minor = owed.reserved_minor
from (
    select account, sum(credit_used_minor) as used_minor, sum(credit_reserved_minor) as reserved_minor
    from orders
    group by account
) as owed
where accounts.account = owed.account;

-- name: settle_sums
-- What the relay would have counted for the boards.
insert into sums (metric, bucket, channel, key, value)
select 'orders.received', date_trunc('minute', received_at), channel, '', count(*)
from orders
group by 2, 3
union all
select 'orders.confirmed', date_trunc('minute', received_at), channel, '', count(*)
from orders
group by 2, 3
union all
select 'confirmed_minor', date_trunc('minute', received_at), channel, currency, sum(total_minor)
from orders
group by 2, 3, 4
union all
select 'stages.reached', date_trunc('minute', shipments.stage_at), orders.channel, shipments.stage, count(*)
from shipments
join orders on orders.order_id = shipments.order_id
group by 2, 3, 4
union all
select 'stages.standing', '1970-01-01 00:00:00+00'::timestamptz, channel, stage, count(*)
from orders
group by 3, 4;

-- name: hashes
-- Entries of the stored orders, in their order.
select xid, count, hash
from log
where xid < 0
order by xid, i;

-- name: analyze
-- Statistics, as autovacuum would have them after a year.
-- ddl
analyze {tables}
