-- name: read_open
-- What is stopped and not lifted.
select breaker_id, kind, name, reason, owner, tripped_by, tripped_at, until, lifted_at, lifted_by
from breakers
where lifted_at is null
order by tripped_at, breaker_id;

-- name: insert_breaker
-- Stop something; what is stopped already stays as it is.
insert into breakers (breaker_id, kind, name, reason, owner, tripped_by, tripped_at, until)
values (
    %(breaker_id)s::uuid, %(kind)s::text, %(name)s::text, %(reason)s::text, %(owner)s::text, %(tripped_by)s::text,
    %(tripped_at)s::timestamptz, %(until)s::timestamptz
)
on conflict (kind, name) where lifted_at is null do nothing
returning breaker_id;

-- name: find_breaker
-- One breaker, locked.
select breaker_id, kind, name, reason, owner, tripped_by, tripped_at, until, lifted_at, lifted_by
from breakers
where breaker_id = %(breaker_id)s::uuid
for update;

-- name: lift_breaker
-- It counts no more.
update breakers
set lifted_at = %(at)s::timestamptz, lifted_by = %(by)s::text
where breaker_id = %(breaker_id)s::uuid and lifted_at is null;

-- name: held_orders
-- Orders that stand with a hold of this code.
select order_id
from orders
where held and not cancelled and strpos(state, %(quoted)s::text) > 0;

-- name: insert_failures
-- What went wrong, of the kinds that are counted.
insert into failures (failure_id, what, kind, name, at)
select failure_id, what, kind, name, %(at)s::timestamptz
from unnest(%(failure_ids)s::uuid[], %(whats)s::text[], %(kinds)s::text[], %(names)s::text[])
    as new (failure_id, what, kind, name);

-- name: count_failures
-- How often each of these went wrong since its time.
select asked.what, asked.kind, asked.name, count(*)
from unnest(%(whats)s::text[], %(kinds)s::text[], %(names)s::text[], %(sinces)s::timestamptz[])
    as asked (what, kind, name, since)
join failures on failures.what = asked.what and failures.kind = asked.kind and failures.name = asked.name
    and failures.at > asked.since
group by asked.what, asked.kind, asked.name;

-- name: forget_failures
-- What is too old for any rule to count.
delete from failures
where at <= %(before)s::timestamptz;

-- name: names_of_orders
-- What orders may be stopped by: their channel, their customer, and the SKUs that are reserved for them.
select
    orders.order_id, orders.channel, orders.customer_no,
    (
        select coalesce(array_agg(distinct reservations.sku order by reservations.sku), array[]::text[])
        from reservations
        where reservations.order_id = orders.order_id
    )
from orders
where orders.order_id = any(%(order_ids)s::uuid[]);
