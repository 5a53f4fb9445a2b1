-- name: weigh
-- How many rows a table holds, and their bytes as stored.
-- ddl
select count(*), coalesce(sum(pg_column_size(held)), 0) from {table} as held

-- name: columns
-- What is written of a table's rows: all but what the server works out by itself.
select attname
from pg_attribute
where attrelid = %(table)s::text::regclass and attnum > 0 and not attisdropped and attgenerated = ''
order by attnum;

-- name: copy_out
-- A table's rows in the order in which they were written.
-- ddl
copy (select {columns} from {table} order by tableoid, ctid) to stdout (format binary)

-- name: copy_in
-- The same rows again.
-- ddl
copy {table} from stdin (format binary)

-- name: empty
-- No order any more.
-- ddl
truncate {tables}

-- name: analyze
-- Statistics of what was just written back.
-- ddl
analyze {tables}

-- name: reserved
-- What each reservation took of its pool, in the order in which it was written.
select sku, warehouse, pool, quantity
from reservations
order by tableoid, ctid;

-- name: charged
-- What each order took of its account, in the order in which it was written.
select account, credit_used_minor, credit_reserved_minor
from orders
where account <> ''
order by tableoid, ctid;
