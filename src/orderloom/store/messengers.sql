-- name: open_paces
-- Messengers that are used for the first time.
insert into paces (messenger, taken)
select name, '{}'::timestamptz[]
from unnest(%(names)s::text[]) as new (name)
order by name
on conflict (messenger) do nothing;

-- name: lock_paces
-- How fast these messengers were used of late, locked until the end of the transaction.
select messenger, taken, blocked_until
from paces
where messenger = any(%(names)s::text[])
order by messenger
for update;

-- name: keep_pace
-- How fast a messenger was used.
update paces
set taken = %(taken)s::timestamptz[], blocked_until = %(blocked_until)s::timestamptz
where messenger = %(name)s::text;

-- name: block
-- Messengers that take nothing until a time.
update paces
set blocked_until = greatest(blocked_until, new.until)
from unnest(%(names)s::text[], %(untils)s::timestamptz[]) as new (name, until)
where paces.messenger = new.name;
