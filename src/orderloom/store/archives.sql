-- name: snapshot
-- All reads of the transaction see one instant.
-- ddl
set transaction isolation level repeatable read;

-- name: enter_here
-- The schema of the rest of this transaction only.
select set_config('search_path', %(schema)s::text, true);

-- name: tables
-- The tables of the workspace with their columns, without partitions (their parents hold their rows).
select c.relname::text, array_agg(a.attname::text order by a.attnum)
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
where c.relnamespace = current_schema()::regnamespace
  and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'migrations'
group by c.relname
order by c.relname;

-- name: transactions
-- The newest transaction that the workspace's log knows.
select greatest(
    (select coalesce(max(xid), 0) from log),
    (select coalesce(max(xid_to), 0) from seals)
);

-- name: version
select max(number) from migrations;

-- name: read
-- ddl
copy (select {columns} from {table}) to stdout;

-- name: write
-- ddl
copy {table} ({columns}) from stdin;

-- name: clone
-- ddl
insert into {target} ({columns}) select {columns} from {source};

-- name: silence
-- A sandbox tells the outside nothing that its original has still to tell.
update outbox set state = 'done', result = '{"skipped": "sandbox"}', done_at = %(now)s::timestamptz
where state in ('waiting', 'dead');
