-- name: lock_heads
-- The end of each subject's chain, locked in key order.
select subject, n, hash
from heads
where subject = any(%(subjects)s::uuid[])
order by subject
for update;

-- name: said
-- What these subjects said, in order, and when the hub heard of it.
select subject, n, recorded_at, body::text
from log
where subject = any(%(subjects)s::uuid[])
order by subject, n;

-- name: insert_heads
-- Heads of subjects that have said nothing yet. A subject that exists already is an error of the program.
insert into heads (subject, n, hash)
select subject, n, hash
from unnest(%(subjects)s::uuid[], %(ns)s::int[], %(hashes)s::bytea[]) as new (subject, n, hash);

-- name: move_heads
-- Heads of subjects that said more.
update heads
set n = new.n, hash = new.hash
from unnest(%(subjects)s::uuid[], %(ns)s::int[], %(hashes)s::bytea[]) as new (subject, n, hash)
where heads.subject = new.subject;

-- name: copy_log
-- Entries, in the order of the batch; the transaction's number is the table's own default.
-- ddl
copy log (i, kind, subject, n, count, recorded_at, body, hash) from stdin (format binary)

-- name: keep_shape
-- The names of what the rules are asked, once for all inputs of that shape.
insert into input_shapes (shape_id, names)
values (%(shape_id)s::bigint, %(names)s::text)
on conflict do nothing;

-- name: copy_inputs
-- What the rules were asked, by entry.
-- ddl
copy inputs (recorded_at, subject, n, revision, shape_id, body) from stdin (format binary)
