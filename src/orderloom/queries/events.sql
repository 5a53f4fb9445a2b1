-- name: after
-- Entries with events after a position, each with the position of its first event. Positions are gapless: a seal
-- says where a range of finished transactions begins, and counting its entries gives the rest.
with sealed as (
    select first_position, xid_from, xid_to
    from seals
    where first_position >= (
        select coalesce(max(first_position), 0) from seals where first_position <= %(position)s::bigint + 1
    )
    order by first_position
    limit %(seals)s::int
),

placed as (
    select
        sealed.first_position
        + sum(log.count) over (partition by sealed.first_position order by log.xid, log.i) - log.count as position,
        log.kind, log.subject, log.n, log.count, log.recorded_at, log.body
    from sealed
    join log on log.xid >= sealed.xid_from and log.xid < sealed.xid_to
)

select position::bigint, kind, subject, n, recorded_at, body::text as body
from placed
where position + count - 1 > %(position)s::bigint
    and (
        {{viewer.unlimited}}
        or exists (
            select 1
            from orders
            where orders.order_id = placed.subject and placed.kind = 'order'
                and {{viewer.order_in_scope}}
        )
    )
order by position
limit %(count)s::int;

-- name: last_position
-- The last position that was given.
select coalesce(max(last_position), 0) from seals;

-- name: reach
-- The last position within the seals that one call of `after` looks through.
select coalesce(max(last_position), 0)
from (
    select last_position
    from seals
    where first_position >= (
        select coalesce(max(first_position), 0) from seals where first_position <= %(position)s::bigint + 1
    )
    order by first_position
    limit %(seals)s::int
) as sealed;

-- name: of_subject
-- All entries of a subject in order, each with the position of its first event once it is sealed.
select
    log.n, log.recorded_at, log.body::text as body,
    sealed.first_position + (
        select coalesce(sum(before.count), 0)
        from log as before
        where before.xid >= sealed.xid_from and (before.xid, before.i) < (log.xid, log.i)
    )::bigint as position
from log
left join lateral (
    select first_position, xid_from, xid_to
    from seals
    where seals.xid_to > log.xid
    order by seals.xid_to
    limit 1
) as sealed on sealed.xid_from <= log.xid
where log.subject = %(subject)s::uuid
order by log.n;
