-- name: insert
-- Who did or saw what, to be kept.
insert into audit (audit_id, at, actor, origin, what, subject, hash)
values (
    %(audit_id)s::uuid, %(at)s::timestamptz, %(actor)s::text, %(origin)s::text, %(what)s::text, %(subject)s::text,
    %(hash)s::bytea
);

-- name: sealed_message
-- A raw message as it is kept.
select sealed from messages where message_id = %(message_id)s::uuid;
