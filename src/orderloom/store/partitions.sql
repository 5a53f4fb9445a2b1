-- name: lock
-- One process makes partitions at a time in one schema.
select pg_advisory_xact_lock(hashtextextended(current_schema(), 7206173640113005002));

-- name: exists
select to_regclass(%(name)s::text) is not null;

-- name: create
-- ddl
create table {name} (like {parent} including all);

-- name: move_from_default
-- Rows that came before their partition was made; as a rule there are none.
-- ddl
with moved as (
    delete from {default_partition} where recorded_at >= {begins} and recorded_at < {ends} returning *
)
insert into {name} select * from moved;

-- name: attach
-- ddl
alter table {parent} attach partition {name} for values from ({begins}) to ({ends});

-- name: names
-- The partitions that the tables have now.
select c.relname::text
from pg_inherits i
join pg_class c on c.oid = i.inhrelid
join pg_class parent on parent.oid = i.inhparent
where parent.relnamespace = current_schema()::regnamespace and parent.relname = any(%(tables)s::text[]);
