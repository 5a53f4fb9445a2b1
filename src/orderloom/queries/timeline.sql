-- name: documents
-- Rule documents by name, every published version: those in force at an instant are picked from them.
select name, version, content, published_at
from documents
where kind = 'rules' and name = any(%(names)s::text[]) and published_at is not null
order by name, version;

-- name: messages
-- The raw messages that the order came from, and those that repeated it.
select message_id, door, channel, received_at, state
from messages
where order_id = %(order_id)s::uuid
order by received_at, message_id;

-- name: leaving
-- What the order still has to tell the outside, or could not.
select topic, key, state, attempts, due_at, done_at
from outbox
where subject = %(subject)s::text and topic = any(%(topics)s::text[]) and state in ('waiting', 'dead')
order by number, outbox_id;

-- name: topics
-- The topics that anything undone belongs to.
select distinct topic from outbox where state in ('waiting', 'dead');
