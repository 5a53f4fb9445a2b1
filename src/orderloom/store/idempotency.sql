-- name: find_answers
-- First answers under these keys of callers.
select idempotency.caller, idempotency.key, body_hash, answer
from unnest(%(callers)s::text[], %(keys)s::text[]) as asked (caller, key)
join idempotency on idempotency.caller = asked.caller and idempotency.key = asked.key;

-- name: keep_answers
-- First answers, kept 30 days. Another answer under the same key at the same moment stops this transaction.
insert into idempotency (caller, key, body_hash, answer, recorded_at)
select caller, key, body_hash, answer, %(now)s::timestamptz
from unnest(%(callers)s::text[], %(keys)s::text[], %(body_hashes)s::bytea[], %(answers)s::json[])
    as new (caller, key, body_hash, answer);

-- name: forget
-- Delete a bounded number of answers from before a time.
delete from idempotency
where (caller, key) in (
    select caller, key
    from idempotency
    where recorded_at < %(before)s::timestamptz
    order by recorded_at
    limit %(count)s::int
);

-- name: claim_key
-- The key for whoever comes first; nobody else gets a row.
insert into idempotency (caller, key, body_hash, answer, recorded_at)
values (%(caller)s::text, %(key)s::text, %(body_hash)s::bytea, 'null', %(now)s::timestamptz)
on conflict (caller, key) do nothing
returning key;

-- name: settle_key
-- The first answer, for the key that was claimed.
update idempotency set answer = %(answer)s::json
where caller = %(caller)s::text and key = %(key)s::text;

-- name: release_key
-- Nothing was done under the key: it may be claimed again.
delete from idempotency where caller = %(caller)s::text and key = %(key)s::text;
