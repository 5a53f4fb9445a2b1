-- name: lock_windows
-- One row per key, made when first asked for, locked in key order.
insert into windows (key, entries, changed_at)
select key, '[]', %(now)s::timestamptz
from unnest(%(keys)s::text[]) as asked (key)
order by key
on conflict (key) do update
set changed_at = excluded.changed_at
returning key, entries;

-- name: save_windows
-- What the batch added to its windows.
update windows
set entries = new.entries
from unnest(%(keys)s::text[], %(entries)s::json[]) as new (key, entries)
where windows.key = new.key;
