-- name: first
-- One order, or one record of a type, if there is any.
(select 1 from orders where %(subject)s::text = 'order' limit 1)
union all
(select 1 from records where type = %(subject)s::text limit 1)
limit 1;

-- name: ask
-- Fields to be written from the beginning.
insert into indexings (field, subject, asked_at)
select field, %(subject)s::text, %(at)s::timestamptz
from unnest(%(fields)s::text[]) as new (field)
order by field
on conflict (field) do update
set subject = excluded.subject, asked_at = excluded.asked_at, xid = excluded.xid, after_id = null, done = 0,
    total = null, finished_at = null;

-- name: count
-- How many there are, where that was not counted yet.
update indexings
set total = case %(subject)s::text
    when 'order' then (select count(*) from orders)
    else (select count(*) from records where type = %(subject)s::text)
end
where subject = %(subject)s::text and finished_at is null and total is null;

-- name: begin
-- The fields of a subject that are to be written, and from where on all of them.
select
    array_agg(field order by field), coalesce((array_agg(after_id order by after_id nulls first))[1], '00000000-0000-0000-0000-000000000000'::uuid), min(done),
    max(xid)
from indexings
where subject = %(subject)s::text and finished_at is null;

-- name: advance
-- Up to where fields are written.
update indexings
set after_id = %(after)s::uuid, done = %(done)s::bigint
where field = any(%(fields)s::text[]) and xid <= %(xid)s::bigint and finished_at is null;

-- name: finish
-- Fields are written.
update indexings
set finished_at = %(at)s::timestamptz
where field = any(%(fields)s::text[]) and xid <= %(xid)s::bigint and finished_at is null;

-- name: unfinished
-- Fields that are still being written.
select field, subject, asked_at, done, total, finished_at
from indexings
where finished_at is null and (%(fields)s::text[] is null or field = any(%(fields)s::text[]))
order by field;

-- name: newest
-- What was asked for last.
select field, subject, asked_at, done, total, finished_at
from indexings
order by asked_at desc, field
limit %(count)s::int;
