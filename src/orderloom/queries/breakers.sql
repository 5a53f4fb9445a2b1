-- name: page
-- Breakers, the newest first; only those that are not lifted, unless all are asked for. Never prepared.
select breaker_id, kind, name, reason, owner, tripped_by, tripped_at, until, lifted_at, lifted_by
from breakers
where (%(everything)s::bool or lifted_at is null)
    and (%(breaker_id)s::uuid is null or breaker_id = %(breaker_id)s::uuid)
    and (
        %(after_at)s::timestamptz is null
        or (tripped_at, breaker_id) < (%(after_at)s::timestamptz, %(after_id)s::uuid)
    )
    and %(scope_warehouses)s::text[] is null
    and %(scope_owners)s::text[] is null
    and (
        %(scope_channels)s::text[] is null
        or (kind = 'channel' and name = any(%(scope_channels)s::text[]))
    )
order by tripped_at desc, breaker_id desc
limit %(count)s::int;
