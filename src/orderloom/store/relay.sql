-- name: horizon
-- Every transaction below this number is finished, and what it wrote is seen by the statements that follow.
select pg_snapshot_xmin(pg_current_snapshot())::text::bigint;

-- name: open_cursors
-- Cursors that are asked for the first time.
insert into cursors (name, position, changed_at)
select name, 0, %(now)s::timestamptz
from unnest(%(names)s::text[]) as new (name)
order by name
on conflict (name) do nothing;

-- name: lock_cursors
-- Cursors that no other process is at, locked until the end of the transaction.
select name, position
from cursors
where name = any(%(names)s::text[])
order by name
for update skip locked;

-- name: move_cursors
-- How far these readers have come.
update cursors
set position = %(position)s::bigint, changed_at = %(now)s::timestamptz
where name = any(%(names)s::text[]);

-- name: last_seal
-- Where the sealed part of the log ends.
select last_position, xid_to, chain
from seals
order by first_position desc
limit 1;

-- name: unsealed
-- Entries of finished transactions that have no position yet, in their order.
select xid, count, hash
from log
where xid >= %(xid_from)s::bigint and xid < %(horizon)s::bigint
order by xid, i
limit %(count)s::int;

-- name: insert_seal
-- Give the entries of a range of transactions their positions for good.
insert into seals (first_position, last_position, xid_from, xid_to, entries, root, chain, sealed_at)
values (
    %(first)s::bigint, %(last)s::bigint, %(xid_from)s::bigint, %(xid_to)s::bigint, %(entries)s::bigint,
    %(root)s::bytea, %(chain)s::bytea, %(now)s::timestamptz
);

-- name: seals_after
-- Seals whose positions come after this one.
select first_position, last_position, xid_from, xid_to, entries
from seals
where first_position > %(position)s::bigint
order by first_position
limit %(count)s::int;

-- name: entries
-- Entries of a range of transactions, in their order; bodies only of the kinds that are read.
select
    kind, subject, n, count, recorded_at,
    case when kind = any(%(kinds)s::text[]) then body::text end as body
from log
where xid >= %(xid_from)s::bigint and xid < %(xid_to)s::bigint
order by xid, i;

-- name: add_sums
-- Add to sums, in key order.
insert into sums (metric, bucket, channel, key, value)
select metric, bucket, channel, key, value
from unnest(
    %(metrics)s::text[], %(buckets)s::timestamptz[], %(channels)s::text[], %(keys)s::text[], %(values)s::bigint[]
) as new (metric, bucket, channel, key, value)
on conflict (metric, bucket, channel, key) do update
set value = sums.value + excluded.value;

-- name: insert_search_keys
-- Keys under which orders are found, those that last in front; an order that has some gets the new ones beside them.
insert into search_keys (order_id, placed_at, lasting, tokens)
select order_id, placed_at, lasting, tokens::bigint[]
from unnest(%(order_ids)s::uuid[], %(placed_ats)s::timestamptz[], %(lastings)s::smallint[], %(tokens)s::text[])
    as new (order_id, placed_at, lasting, tokens)
order by order_id
on conflict (order_id) do update
set lasting = search_keys.lasting + excluded.lasting,
    tokens = search_keys.tokens[:search_keys.lasting] || excluded.tokens[:excluded.lasting]
        || search_keys.tokens[search_keys.lasting + 1:] || excluded.tokens[excluded.lasting + 1:];

-- name: forget_search_keys
-- What stands in the middle of the numbers of old orders finds them no more.
update search_keys
set tokens = search_keys.tokens[:search_keys.lasting]
from (
    select order_id
    from search_keys
    where placed_at < %(before)s::timestamptz and cardinality(tokens) > lasting
    order by placed_at
    limit %(count)s::int
) as old
where search_keys.order_id = old.order_id;

-- name: facts_of_orders
-- What the readers need of orders beside their events.
select order_id, channel, order_no, placed_at, total_minor, currency
from orders
where order_id = any(%(order_ids)s::uuid[]);

-- name: persons
-- Sealed persons in their last version; erased ones are missing.
select distinct on (person) person, sealed
from persons
where person = any(%(persons)s::uuid[]) and sealed is not null
order by person, version desc;

-- name: backordered
-- Orders that wait for these SKUs, the most urgent first, as far as the units that came in may reach: an order is
-- asked again while those before it want less than what came. What a hold keeps from reserving is asked when the hold
-- ends; one that only waits for stock to be released is asked.
select order_id
from (
    select
        backorders.order_id, orders.priority, orders.received_at,
        sum(backorders.quantity) over (
            partition by backorders.sku
            order by orders.priority, orders.received_at, backorders.order_id, backorders.line_no
        ) - backorders.quantity as before_it,
        incoming.quantity as came
    from unnest(%(skus)s::text[], %(quantities)s::bigint[]) as incoming (sku, quantity)
    join backorders on backorders.sku = incoming.sku
    join orders on orders.order_id = backorders.order_id
    where not orders.cancelled and not (
        orders.held and exists (
            select
            from json_array_elements(orders.state::json -> 'holds') as holds (hold),
                json_array_elements_text(holds.hold -> 'blocks') as steps (step)
            where step = 'reserve'
        )
    )
) as waiting
where before_it < came
group by order_id
order by min(priority), min(received_at), order_id
limit %(count)s::int;

-- name: take_lease
-- Let a holder follow until a time, unless another one holds on.
insert into leases (name, holder, until)
values (%(name)s::text, %(holder)s::uuid, %(until)s::timestamptz)
on conflict (name) do update
set holder = excluded.holder, until = excluded.until
where leases.holder = excluded.holder or leases.until <= %(now)s::timestamptz
returning name;
