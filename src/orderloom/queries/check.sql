-- name: snapshot
-- One instant for the whole proof, while writers go on.
-- ddl
set transaction isolation level repeatable read, read only;

-- name: export_snapshot
-- The name under which other connections may see the same instant.
select pg_export_snapshot();

-- name: join_snapshot
-- See what the proof's own transaction sees.
-- ddl
set transaction snapshot {snapshot};

-- name: sealed
-- How far the log is sealed: the last position, and the first transaction that has none.
select last_position, xid_to
from seals
order by first_position desc
limit 1;

-- name: proved
-- How far the last proof went, and the first transaction after it; nothing when it found something, or when the log
-- was not sealed that far.
select seals.xid_to
from (select position, findings from proofs order by finished_at desc, proof_id desc limit 1) as newest
join seals on seals.last_position = newest.position
where json_array_length(newest.findings) = 0;

-- name: last
-- The last proof.
select proof_id, started_at, finished_at, position, whole, counts, findings
from proofs
order by finished_at desc, proof_id desc
limit 1;

-- name: keep
-- What a proof came to.
insert into proofs (proof_id, started_at, finished_at, position, whole, counts, findings)
values (
    %(proof_id)s::uuid, %(started_at)s::timestamptz, %(finished_at)s::timestamptz, %(position)s::bigint,
    %(whole)s::bool, %(counts)s::json, %(findings)s::json
);

-- name: subjects
-- How many subjects there are.
select count(*) from heads;

-- name: boundary
-- The subject that lies so many after another.
select subject
from heads
where subject > %(after)s::uuid
order by subject
offset %(size)s::bigint
limit 1;

-- name: spoken
-- The subjects that said something since a transaction.
select distinct subject
from log
where xid >= %(xid_from)s::bigint;

-- name: skus_moved
-- The SKUs whose stock these subjects moved.
select distinct sku
from movements
where subject = any(%(subjects)s::uuid[]);

-- name: trusted_sources
-- Every answer ever given to which sources a stage may be confirmed by.
select value from settings where key = 'trusted_sources'
union all
select data from reference_versions where kind = 'setting' and key = 'trusted_sources' and data is not null;

-- name: pools
-- Pools that are oversold, or whose reservations do not add up to what they say.
with summed as (
    select sku, warehouse, pool, sum(quantity) as reserved
    from reservations
    group by sku, warehouse, pool
)

select
    coalesce(stock_pools.sku, summed.sku), coalesce(stock_pools.warehouse, summed.warehouse),
    coalesce(stock_pools.pool, summed.pool), coalesce(stock_pools.on_hand, 0)::bigint,
    coalesce(stock_pools.reserved, 0)::bigint, coalesce(summed.reserved, 0)::bigint
from stock_pools
full join summed using (sku, warehouse, pool)
where coalesce(stock_pools.reserved, 0) <> coalesce(summed.reserved, 0)
    or stock_pools.reserved < 0 or stock_pools.reserved > stock_pools.on_hand
limit %(count)s::int;

-- name: pools_moved
-- Pools whose movements do not add up to what is on hand.
with summed as (
    select sku, warehouse, pool, sum(quantity) as on_hand
    from movements
    where %(skus)s::text[] is null or sku = any(%(skus)s::text[])
    group by sku, warehouse, pool
),

stood as (
    select sku, warehouse, pool, on_hand
    from stock_pools
    where %(skus)s::text[] is null or sku = any(%(skus)s::text[])
)

select
    coalesce(stood.sku, summed.sku), coalesce(stood.warehouse, summed.warehouse), coalesce(stood.pool, summed.pool),
    coalesce(stood.on_hand, 0)::bigint, coalesce(summed.on_hand, 0)::bigint
from stood
full join summed using (sku, warehouse, pool)
where coalesce(stood.on_hand, 0) <> coalesce(summed.on_hand, 0)
limit %(count)s::int;

-- name: lots_moved
-- Lots whose movements do not add up to what is on hand.
with summed as (
    select sku, warehouse, lot, bin, sum(quantity) as on_hand
    from movements
    where pool = 'spot' and (%(skus)s::text[] is null or sku = any(%(skus)s::text[]))
    group by sku, warehouse, lot, bin
),

stood as (
    select sku, warehouse, lot, bin, on_hand
    from stock_lots
    where %(skus)s::text[] is null or sku = any(%(skus)s::text[])
)

select
    coalesce(stood.sku, summed.sku), coalesce(stood.warehouse, summed.warehouse), coalesce(stood.lot, summed.lot),
    coalesce(stood.bin, summed.bin), coalesce(stood.on_hand, 0)::bigint, coalesce(summed.on_hand, 0)::bigint
from stood
full join summed using (sku, warehouse, lot, bin)
where coalesce(stood.on_hand, 0) <> coalesce(summed.on_hand, 0)
limit %(count)s::int;

-- name: lots_of_pools
-- Spot pools that their lots do not add up to.
with summed as (
    select sku, warehouse, sum(on_hand) as on_hand
    from stock_lots
    group by sku, warehouse
),

spot as (
    select sku, warehouse, on_hand
    from stock_pools
    where pool = 'spot'
)

select
    coalesce(spot.sku, summed.sku), coalesce(spot.warehouse, summed.warehouse),
    coalesce(spot.on_hand, 0)::bigint, coalesce(summed.on_hand, 0)::bigint
from spot
full join summed using (sku, warehouse)
where coalesce(spot.on_hand, 0) <> coalesce(summed.on_hand, 0)
limit %(count)s::int;

-- name: lots
-- Lots that are oversold, or that the picks of shipments still in the house do not add up to.
with picked as (
    select
        pick ->> 'sku' as sku, shipment ->> 'warehouse' as warehouse, pick ->> 'lot' as lot, pick ->> 'bin' as bin,
        sum((pick ->> 'quantity')::bigint) as reserved
    from (
        select distinct order_id from shipments where stage in ('allocated', 'picked', 'packed')
    ) as open_orders
    join orders using (order_id)
    cross join lateral json_array_elements(orders.state::json -> 'shipments') as shipment
    cross join lateral json_array_elements(shipment -> 'picks') as pick
    where coalesce(shipment ->> 'stage', 'allocated') in ('allocated', 'picked', 'packed')
    group by 1, 2, 3, 4
)

select
    coalesce(stock_lots.sku, picked.sku), coalesce(stock_lots.warehouse, picked.warehouse),
    coalesce(stock_lots.lot, picked.lot), coalesce(stock_lots.bin, picked.bin),
    coalesce(stock_lots.on_hand, 0)::bigint, coalesce(stock_lots.reserved, 0)::bigint,
    coalesce(picked.reserved, 0)::bigint
from stock_lots
full join picked using (sku, warehouse, lot, bin)
where coalesce(stock_lots.reserved, 0) <> coalesce(picked.reserved, 0)
    or stock_lots.reserved < 0 or stock_lots.reserved > stock_lots.on_hand
limit %(count)s::int;

-- name: accounts
-- Accounts that their orders and moves do not add up to.
with owed as (
    select account, sum(credit_reserved_minor) as reserved_minor, sum(credit_used_minor) as used_minor
    from orders
    where account <> ''
    group by account
),

moved as (
    select account, sum(amount_minor) as used_minor
    from account_moves
    group by account
),

summed as (
    select
        account, coalesce(owed.reserved_minor, 0) as reserved_minor,
        coalesce(owed.used_minor, 0) + coalesce(moved.used_minor, 0) as used_minor
    from owed
    full join moved using (account)
)

select
    coalesce(accounts.account, summed.account), coalesce(accounts.reserved_minor, 0)::bigint,
    coalesce(accounts.used_minor, 0)::bigint, coalesce(summed.reserved_minor, 0)::bigint,
    coalesce(summed.used_minor, 0)::bigint
from accounts
full join summed using (account)
where coalesce(accounts.reserved_minor, 0) <> coalesce(summed.reserved_minor, 0)
    or coalesce(accounts.used_minor, 0) <> coalesce(summed.used_minor, 0)
limit %(count)s::int;

-- name: messages
-- Messages that were acknowledged as done and whose order is not there.
select message_id::text
from messages
left join orders using (order_id)
where messages.state in ('done', 'repeated') and messages.order_id is not null and orders.order_id is null
limit %(count)s::int;

-- name: answers
-- First answers under callers' keys that name an order that is not there.
select caller, key
from idempotency
left join orders on orders.order_id = (idempotency.answer ->> 'order_id')::uuid
where idempotency.answer ->> 'order_id' is not null and idempotency.answer ->> 'refused' is null
    and orders.order_id is null
limit %(count)s::int;

-- name: counted
-- How many rows the statements above looked at.
select
    (select count(*) from stock_pools) as pools,
    (select count(*) from stock_lots) as lots,
    (select count(*) from messages where state in ('done', 'repeated') and order_id is not null) as messages,
    (select count(*) from idempotency) as answers;

-- name: seals
-- Seals from a position on, with the one before it.
select first_position, last_position, xid_from, xid_to, entries, root, chain
from seals
where last_position >= %(position)s::bigint
order by first_position;

-- name: audit
-- The audit trail that is chained, in its order.
select n, hash, chain, audit_id, at, actor, origin, what, subject, before, after
from audit
where n is not null
order by n;

-- name: hashes
-- The hashes of a range of transactions' entries, in their order.
select xid, count, hash
from log
where xid >= %(xid_from)s::bigint and xid < %(xid_to)s::bigint
order by xid, i;

-- name: before_seals
-- Entries that lie before the first seal.
select count(*)
from log
where xid < (select min(xid_from) from seals);
