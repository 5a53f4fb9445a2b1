-- name: page
-- Raw messages without their text, the oldest quarantined first, else the newest first. Never prepared.
select message_id, channel, external_no, door, received_at, state, order_id, import_id, row_from, row_count, reason,
    (
        select orders.order_no from orders
        where orders.external_no = messages.external_no and orders.channel = messages.channel
    )
from messages
where state = %(state)s::text
    and (%(channel)s::text is null or channel = %(channel)s::text)
    and (%(import_id)s::uuid is null or import_id = %(import_id)s::uuid)
    and (%(reason)s::text is null or reason ->> 'code' = %(reason)s::text)
    and (%(external_no)s::text is null or external_no = %(external_no)s::text)
    and (%(received_from)s::timestamptz is null or received_at >= %(received_from)s::timestamptz)
    and (%(received_to)s::timestamptz is null or received_at < %(received_to)s::timestamptz)
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
    message_id, channel, external_no, door, received_at, state, order_id, import_id, row_from, row_count, reason,
    (
        select orders.order_no from orders
        where orders.external_no = messages.external_no and orders.channel = messages.channel
    ), sealed
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

-- name: tries
-- A message with those it repairs and those that repair it, the first first: what became of each, and who tried again
-- or gave up.
with recursive back as (
    select message_id, 0 as step
    from messages
    where message_id = %(message_id)s::uuid
    union
    select messages.message_id, back.step - 1
    from back
    join messages on messages.reason -> 'data' ->> 'message_id' = back.message_id::text
        and messages.state = 'sent_again'
    where back.step > -%(most)s::int
), ahead as (
    select message_id, 0 as step
    from messages
    where message_id = %(message_id)s::uuid
    union
    select (messages.reason -> 'data' ->> 'message_id')::uuid, ahead.step + 1
    from ahead
    join messages on messages.message_id = ahead.message_id and messages.state = 'sent_again'
    where ahead.step < %(most)s::int
)
select messages.message_id, messages.received_at, messages.state, messages.became, messages.reason, messages.order_id,
    orders.order_no, told.actor, told.at
from (select message_id, step from back union select message_id, step from ahead) as chain
join messages on messages.message_id = chain.message_id
left join orders on orders.order_id = messages.order_id
left join lateral (
    select actor, at
    from audit
    where audit.subject = messages.message_id::text and what in ('message.sent_again', 'message.discarded')
    order by at desc
    limit 1
) as told on true
where (%(scope_channels)s::text[] is null or messages.channel = any(%(scope_channels)s::text[]))
    and %(scope_warehouses)s::text[] is null
    and %(scope_owners)s::text[] is null
order by chain.step, messages.received_at;
