-- name: page
-- Raw messages without their text, the oldest quarantined first, else the newest first. Never prepared.
select message_id, channel, external_no, door, received_at, state, order_id, import_id, row_from, row_count, reason
from messages
where state = %(state)s::text
    and (%(channel)s::text is null or channel = %(channel)s::text)
    and (%(import_id)s::uuid is null or import_id = %(import_id)s::uuid)
    and (
        %(after_at)s::timestamptz is null
        or (received_at, message_id) > (%(after_at)s::timestamptz, %(after_id)s::uuid)
    )
    and {{viewer.channel_in_scope}}
order by received_at, message_id
limit %(count)s::int;

-- name: one
-- One raw message in scope, sealed.
select
    message_id, channel, external_no, door, received_at, state, order_id, import_id, row_from, row_count, reason, sealed
from messages
where message_id = %(message_id)s::uuid
    and {{viewer.channel_in_scope}};

-- name: counts
-- How many wait in quarantine, by channel and reason.
select channel, coalesce(reason ->> 'code', ''), count(*)
from messages
where state = 'quarantined'
    and {{viewer.channel_in_scope}}
group by 1, 2
order by 3 desc, 1, 2;
