-- name: begin
-- A shadow, from the last position given on.
insert into shadows (shadow_id, documents, begun_at, begun_by, position)
select
    %(shadow_id)s::uuid, %(documents)s::json, %(at)s::timestamptz, %(by)s::text, coalesce(max(last_position), 0)
from seals;

-- name: running
-- How many shadows run.
select count(*) from shadows where ended_at is null;

-- name: behind
-- The running shadow that is furthest behind.
select shadow_id, documents, position
from shadows
where ended_at is null and position < (select coalesce(max(last_position), 0) from seals)
order by position
limit 1;

-- name: advance
-- How far a shadow has come, and what it found on the way; nothing when another process was there before.
update shadows
set position = %(position)s::bigint, orders = orders + %(orders)s::bigint, changed = changed + %(changed)s::bigint,
    not_comparable = not_comparable + %(not_comparable)s::bigint
where shadow_id = %(shadow_id)s::uuid and position = %(was)s::bigint and ended_at is null;

-- name: keep
-- Orders that would have been decided otherwise.
insert into shadow_changes (shadow_id, order_id, order_no, at, fields)
select %(shadow_id)s::uuid, order_id, order_no, at, fields
from unnest(%(order_ids)s::uuid[], %(order_nos)s::text[], %(ats)s::timestamptz[], %(fields)s::json[])
    as new (order_id, order_no, at, fields)
on conflict do nothing;

-- name: end
-- A shadow is over; its findings stay.
update shadows
set ended_at = %(at)s::timestamptz, ended_because = %(because)s::text
where shadow_id = %(shadow_id)s::uuid and ended_at is null;

-- name: listed
-- Shadows, the newest first.
select
    shadow_id, documents, begun_at, begun_by, ended_at, ended_because, orders, changed, not_comparable
from shadows
where %(shadow_id)s::uuid is null or shadow_id = %(shadow_id)s::uuid
order by begun_at desc, shadow_id
limit %(count)s::int;

-- name: changes
-- What a shadow would have decided otherwise, the newest first.
select order_id, order_no, at, fields
from shadow_changes
where shadow_id = %(shadow_id)s::uuid
order by at desc, order_id desc
limit %(count)s::int;
