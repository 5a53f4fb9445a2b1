-- name: insert_records
-- New records.
insert into records (record_id, type, record_no, n, title, created_at, changed_at, state)
select record_id, type, record_no, n, title, %(at)s::timestamptz, %(at)s::timestamptz, state
from unnest(
    %(record_ids)s::uuid[], %(types)s::text[], %(record_nos)s::text[], %(ns)s::int[], %(titles)s::text[],
    %(states)s::text[]
) as new (record_id, type, record_no, n, title, state);

-- name: update_records
-- Records that were changed.
update records
set n = new.n, title = new.title, changed_at = %(at)s::timestamptz, state = new.state
from unnest(%(record_ids)s::uuid[], %(ns)s::int[], %(titles)s::text[], %(states)s::text[])
    as new (record_id, n, title, state)
where records.record_id = new.record_id;

-- name: states
-- Records as they stand.
select record_id, state
from records
where record_id = any(%(record_ids)s::uuid[]);

-- name: ids
-- The ids of records by their numbers.
select record_no, record_id, type
from records
where record_no = any(%(record_nos)s::text[]);

-- name: ids_after
-- The next records of a type, by id.
select record_id
from records
where type = %(type)s::text and record_id > %(after)s::uuid
order by record_id
limit %(count)s::int;

-- name: insert_links
-- What records are linked to.
insert into record_links (target, name, record_id)
select target, name, record_id
from unnest(%(targets)s::text[], %(names)s::text[], %(record_ids)s::uuid[]) as new (target, name, record_id)
order by target, name, record_id
on conflict (target, name, record_id) do nothing;

-- name: delete_links
-- Links that are no more.
delete from record_links
using unnest(%(targets)s::text[], %(names)s::text[], %(record_ids)s::uuid[]) as old (target, name, record_id)
where record_links.target = old.target and record_links.name = old.name and record_links.record_id = old.record_id;

-- name: take_uniques
-- Take values for their holders, in key order; those that come back are theirs, also if they had them already.
insert into record_uniques (field, value, record_id)
select distinct on (field, value) field, value, record_id
from unnest(%(fields)s::text[], %(values)s::text[], %(record_ids)s::uuid[]) as new (field, value, record_id)
order by field, value, record_id
on conflict (field, value) do update
set record_id = record_uniques.record_id
where record_uniques.record_id = excluded.record_id
returning field, value, record_id;

-- name: free_uniques
-- Give values back.
delete from record_uniques
using unnest(%(fields)s::text[], %(values)s::text[], %(record_ids)s::uuid[]) as old (field, value, record_id)
where record_uniques.field = old.field and record_uniques.value = old.value
    and record_uniques.record_id = old.record_id;

-- name: orders_there
-- Which of these order numbers there are.
select order_no from orders where order_no = any(%(numbers)s::text[]);
