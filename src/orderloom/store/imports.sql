-- name: insert_import
-- An import for whoever comes first with this file; one that failed is tried anew. The rows are counted when it runs.
insert into imports (
    import_id, channel, file_name, fingerprint, shape, mapping, state, rows_total, rows_done, counts, created_at, actor
)
values (
    %(import_id)s::uuid, %(channel)s::text, %(file_name)s::text, %(fingerprint)s::bytea, %(shape)s::bytea,
    %(mapping)s::json, 'running', %(rows_total)s::bigint, 0, '{}', %(now)s::timestamptz,
    %(actor)s::text
)
on conflict (channel, fingerprint) do update
set rows_total = greatest(imports.rows_total, excluded.rows_total), reason = null,
    state = case when imports.state = 'failed' then 'running' else imports.state end;

-- name: find_import
-- The import of this file into this channel.
select import_id, channel, file_name, fingerprint, shape, mapping, state, rows_total, rows_done, counts, created_at,
    finished_at
from imports
where channel = %(channel)s::text and fingerprint = %(fingerprint)s::bytea;

-- name: read_import
-- One import.
select import_id, channel, file_name, fingerprint, shape, mapping, state, rows_total, rows_done, counts, created_at,
    finished_at
from imports
where import_id = %(import_id)s::uuid;

-- name: list_imports
-- The latest imports, the newest first.
select import_id, channel, file_name, fingerprint, shape, mapping, state, rows_total, rows_done, counts, created_at,
    finished_at
from imports
where created_at < %(before)s::timestamptz
order by created_at desc, import_id desc
limit %(most)s::int;

-- name: lock_import
-- How far an import has come; whoever holds its row goes on, alone.
select rows_done, state
from imports
where import_id = %(import_id)s::uuid
for update;

-- name: advance_import
-- The rows of a batch are done, in the batch's own transaction.
update imports set rows_done = %(rows_done)s::bigint, counts = %(counts)s::json
where import_id = %(import_id)s::uuid;

-- name: finish_import
-- Every row has its place.
update imports set state = 'done', finished_at = %(now)s::timestamptz
where import_id = %(import_id)s::uuid;

-- name: fail_import
-- It cannot go on, and why.
update imports set state = 'failed', reason = %(reason)s::json, finished_at = %(now)s::timestamptz
where import_id = %(import_id)s::uuid and state = 'running';

-- name: count_rows
-- Where the rows of an import's messages are, and how many messages that is.
select became, state, count(*), sum(row_count - rows_refused)::bigint, sum(rows_refused)::bigint
from messages
where import_id = %(import_id)s::uuid
group by became, state;

-- name: read_refused
-- The import's messages that have rows in quarantine, in the order of the file, after one of them.
select message_id, channel, external_no, door, received_at, sealed, state, intent, became, order_id, order_n, import_id,
    row_from, row_count, rows_refused, awaits, reason
from messages
where import_id = %(import_id)s::uuid and rows_refused > 0 and state = 'quarantined'
    and (row_from, message_id) > (%(after_row)s::bigint, %(after_id)s::uuid)
order by row_from, message_id
limit %(most)s::int;

-- name: read_awaiting
-- What messages may wait for that the orders of an import have brought.
select distinct messages.awaits
from messages
where messages.awaits <> '' and messages.channel = %(channel)s::text
    and messages.awaits in (
        select prefix || value
        from messages as brought
        join orders on orders.order_id = brought.order_id
        cross join lateral (values ('order ', orders.external_no), ('customer ', orders.customer_no))
            as named (prefix, value)
        where brought.import_id = %(import_id)s::uuid and brought.became = 'order'
    );

-- name: read_shape
-- The mapping that files of this shape had last in this channel.
select mapping
from file_shapes
where channel = %(channel)s::text and shape = %(shape)s::bytea;

-- name: keep_shape
-- Remember which mapping files of this shape have.
insert into file_shapes (channel, shape, mapping, used_at)
values (%(channel)s::text, %(shape)s::bytea, %(mapping)s::json, %(now)s::timestamptz)
on conflict (channel, shape) do update
set mapping = excluded.mapping, used_at = excluded.used_at;
