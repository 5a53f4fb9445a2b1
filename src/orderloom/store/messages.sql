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
