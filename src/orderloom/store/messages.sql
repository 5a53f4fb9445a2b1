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
    message_id, channel, external_no, door, received_at, state, order_id, import_id, row_from, row_count, reason, sealed
) from stdin (format binary)
