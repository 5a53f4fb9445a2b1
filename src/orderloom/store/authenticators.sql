-- schema: orderloom

-- name: put
-- A new secret, which does not count before it is confirmed; one that counts is not replaced.
insert into authenticators (user_id, secret)
values (%(user_id)s::uuid, %(secret)s::bytea)
on conflict (user_id) do update set secret = excluded.secret, step = 0
where authenticators.since is null
returning user_id;

-- name: find
-- The authenticator of a user.
select secret, since, step from authenticators where user_id = %(user_id)s::uuid;

-- name: confirm
-- From now on it counts.
update authenticators set since = %(since)s::timestamptz where user_id = %(user_id)s::uuid and since is null;

-- name: take
-- The code of a step opens once, and none of an earlier step after it.
update authenticators
set step = %(step)s::bigint
where user_id = %(user_id)s::uuid and step < %(step)s::bigint
returning user_id;

-- name: drop
-- The user has none any more.
delete from authenticators where user_id = %(user_id)s::uuid;

-- name: drop_recovery_codes
-- The recovery codes of a user end.
delete from recovery_codes where user_id = %(user_id)s::uuid;

-- name: put_recovery_codes
-- New recovery codes.
insert into recovery_codes (user_id, hash)
select %(user_id)s::uuid, hash from unnest(%(hashes)s::bytea[]) as new (hash);

-- name: take_recovery_code
-- A recovery code opens once.
delete from recovery_codes where user_id = %(user_id)s::uuid and hash = %(hash)s::bytea returning user_id;
