-- name: insert
-- Who did or saw what, to be kept.
insert into audit (audit_id, at, actor, origin, what, subject, before, after, hash)
values (
    %(audit_id)s::uuid, %(at)s::timestamptz, %(actor)s::text, %(origin)s::text, %(what)s::text, %(subject)s::text,
    %(before)s::json, %(after)s::json, %(hash)s::bytea
);

-- name: sealed_message
-- A raw message as it is kept.
select sealed from messages where message_id = %(message_id)s::uuid;

-- name: loose
-- Lines without a place, the earliest first.
select audit_id, hash
from audit
where n is null
order by at, audit_id
limit %(count)s::int;

-- name: head
-- Where the chain ends.
select n, chain
from audit
where n is not null
order by n desc
limit 1;

-- name: chain
-- Lines get their places, one after the other.
update audit
set n = new.place + %(first)s::bigint - 1, chain = new.chain
from unnest(%(audit_ids)s::uuid[], %(chains)s::bytea[]) with ordinality as new (audit_id, chain, place)
where audit.audit_id = new.audit_id;
