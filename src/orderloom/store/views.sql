-- name: keep
-- A view under its name; the same name again is the same view, narrowed otherwise.
insert into views (view_id, list, owner, name, search, shared, changed_at)
values (
    %(view_id)s::uuid, %(list)s::text, %(owner)s::text, %(name)s::text, %(search)s::json, false,
    %(now)s::timestamptz
)
on conflict (list, owner, name) do update
set search = excluded.search, changed_at = excluded.changed_at
returning view_id, list, owner, name, search, shared, changed_at;

-- name: count
-- How many views someone keeps of a list under other names.
select count(*)
from views
where list = %(list)s::text and owner = %(owner)s::text and name <> %(name)s::text;

-- name: find
-- One view.
select view_id, list, owner, name, search, shared, changed_at from views where view_id = %(view_id)s::uuid;

-- name: named
-- The view of someone that has this name.
select view_id from views where list = %(list)s::text and owner = %(owner)s::text and name = %(name)s::text;

-- name: change
-- A view has another name, or other eyes.
update views
set name = %(name)s::text, shared = %(shared)s::boolean, changed_at = %(now)s::timestamptz
where view_id = %(view_id)s::uuid
returning view_id, list, owner, name, search, shared, changed_at;

-- name: drop
-- A view that nobody wants any more.
delete from views where view_id = %(view_id)s::uuid;
