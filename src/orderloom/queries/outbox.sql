-- name: dead
-- Rows of the outbox that nobody tries any more, the oldest first. Never prepared.
select outbox_id, topic, subject, key, attempts, due_at, result
from outbox
where state = 'dead'
    and (%(topic)s::text is null or topic = %(topic)s::text)
    and (%(after_id)s::uuid is null or outbox_id > %(after_id)s::uuid)
    and {{viewer.unlimited}}
order by outbox_id
limit %(count)s::int;
