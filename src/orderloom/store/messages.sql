-- name: find_messages
-- Which of these raw messages are in the house already.
select message_id, state, order_id
from messages
where message_id = any(%(message_ids)s::uuid[]);

-- name: insert_persons
-- Persons not seen before; the same person is one row.
insert into persons (person, version, sealed, commitment)
select person, version, sealed, commitment
from unnest(%(persons)s::uuid[], %(versions)s::int[], %(sealeds)s::bytea[], %(commitments)s::bytea[])
    as new (person, version, sealed, commitment)
on conflict (person, version) do nothing;

-- name: copy_messages
-- Raw messages, each kept with what became of it.
-- ddl
copy messages (
    message_id, channel, external_no, door, received_at, state, intent, became, order_id, order_n, import_id, row_from,
    row_count, rows_refused, awaits, reason, sealed
) from stdin (format binary)

-- name: read_messages
-- These messages, whole.
select message_id, channel, external_no, door, received_at, sealed, state, intent, became, order_id, order_n, import_id,
    row_from, row_count, rows_refused, awaits, reason
from messages
where message_id = any(%(message_ids)s::uuid[]);

-- name: read_stands
-- These messages, without what they say.
select message_id, channel, external_no, door, received_at, ''::bytea, state, intent, became, order_id, order_n, import_id,
    row_from, row_count, rows_refused, awaits, reason
from messages
where message_id = any(%(message_ids)s::uuid[]);

-- name: read_bases
-- By order, the message that was applied last.
select distinct on (order_id)
    message_id, channel, external_no, door, received_at, sealed, state, intent, became, order_id, order_n, import_id,
    row_from, row_count, rows_refused, awaits, reason
from messages
where order_id = any(%(order_ids)s::uuid[]) and state = 'done' and became in ('order', 'amendment')
    and intent = 'order'
order by order_id, order_n desc;

-- name: read_notes
-- Credit notes and cancellations that came under these numbers before.
select message_id, channel, external_no, door, received_at, sealed, state, intent, became, order_id, order_n, import_id,
    row_from, row_count, rows_refused, awaits, reason
from messages
where intent <> 'order' and channel = %(channel)s::text and external_no = any(%(external_nos)s::text[]);

-- name: read_waiting
-- Messages that wait for one of these, the earliest first.
select message_id, channel, external_no, door, received_at, sealed, state, intent, became, order_id, order_n, import_id,
    row_from, row_count, rows_refused, awaits, reason
from messages
where awaits <> '' and channel = %(channel)s::text and awaits = any(%(awaited)s::text[])
order by received_at, row_from, message_id
limit %(most)s::int;

-- name: read_awaited
-- What messages of a channel wait for that is here by now.
select distinct awaits
from messages
where awaits <> '' and channel = %(channel)s::text and (
    starts_with(awaits, 'order ') and exists (
        select 1
        from orders
        where orders.channel = messages.channel and orders.external_no = substr(messages.awaits, length('order ') + 1)
    )
    or starts_with(awaits, 'customer ') and exists (
        select 1
        from orders
        where orders.channel = messages.channel and orders.customer_no = substr(messages.awaits, length('customer ') + 1)
    )
)
order by awaits;

-- name: channels_awaiting
-- Channels in which messages wait for one of these orders, or for its customer.
select distinct orders.channel
from orders
cross join lateral (values ('order ' || orders.external_no), ('customer ' || orders.customer_no)) as named (awaits)
join messages on messages.channel = orders.channel and messages.awaits = named.awaits
where messages.awaits <> '' and orders.order_id = any(%(order_ids)s::uuid[])
order by orders.channel;

-- name: resolve_messages
-- What has become of messages since.
update messages
set state = new.state, became = new.became, order_id = new.order_id, order_n = new.order_n,
    row_count = new.row_count, rows_refused = new.rows_refused, awaits = new.awaits, reason = new.reason
from unnest(
    %(message_ids)s::uuid[], %(states)s::text[], %(becames)s::text[], %(order_ids)s::uuid[], %(order_ns)s::int[],
    %(row_counts)s::bigint[], %(refuseds)s::bigint[], %(awaitses)s::text[], %(reasons)s::json[]
) as new (message_id, state, became, order_id, order_n, row_count, rows_refused, awaits, reason)
where messages.message_id = new.message_id;

-- name: discard
-- Messages of quarantine that are given up, with who did so and why; what was wrong with them is kept.
update messages
set state = 'discarded', awaits = '', reason = json_build_object(
    'code', 'message.discarded', 'data', %(data)s::json, 'rows', coalesce(reason -> 'rows', '[]'::json), 'was', reason
)
where message_id = any(%(message_ids)s::uuid[]) and state = 'quarantined'
returning message_id;

-- name: restore
-- Messages that were given up wait in quarantine again.
update messages
set state = 'quarantined', reason = reason -> 'was'
where message_id = any(%(message_ids)s::uuid[]) and state = 'discarded'
returning message_id;
