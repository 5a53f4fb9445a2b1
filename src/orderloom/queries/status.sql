-- name: standing
-- Orders by the stage they stand in, from the relay's sums.
select key, sum(value)::bigint
from sums
where metric = 'stages.standing' and (%(scope_channels)s::text[] is null or channel = any(%(scope_channels)s::text[]))
group by key
having sum(value) <> 0
order by key;

-- name: standing_live
-- The same counted live, for a viewer of some warehouses or of own customers.
select stage, count(*)
from orders
where {{viewer.order_in_scope}}
group by stage
order by stage;

-- name: held
-- Open holds by code, over the orders that are held now.
select code, count(*)
from orders
cross join lateral jsonb_array_elements_text(hold_codes::jsonb) as hold (code)
where held and (%(scope_channels)s::text[] is null or channel = any(%(scope_channels)s::text[]))
group by 1
order by 2 desc, 1;

-- name: held_live
-- The same for a viewer of some warehouses or of own customers.
select code, count(*)
from orders
cross join lateral jsonb_array_elements_text(hold_codes::jsonb) as hold (code)
where held and {{viewer.order_in_scope}}
group by 1
order by 2 desc, 1;

-- name: minutes
-- Orders received in each minute since a time, from the relay's sums.
select bucket, sum(value)::bigint
from sums
where metric = 'orders.received' and bucket >= %(since)s::timestamptz
    and (%(scope_channels)s::text[] is null or channel = any(%(scope_channels)s::text[]))
group by bucket
order by bucket;

-- name: leaving
-- What waits to leave the house, and what could not, by topic.
select topic, state, count(*)
from outbox
where state in ('waiting', 'dead')
group by topic, state
order by topic, state;

-- name: alone
-- Figures of the whole workspace.
select
    (select count(*) from timers where due_at <= %(now)s::timestamptz) as timers_due,
    (select count(*) from messages where state = 'quarantined') as quarantined,
    (select count(*) from poisoned where solved_at is null) as poisoned;
