-- name: page
-- Imports, the newest first, after one if given.
select import_id, channel, file_name, state, rows_total, rows_done, created_at, finished_at, reason
from imports
where (%(import_id)s::uuid is null or import_id = %(import_id)s::uuid)
    and (
        %(after_at)s::timestamptz is null
        or (created_at, import_id) < (%(after_at)s::timestamptz, %(after_id)s::uuid)
    )
    and {{viewer.channel_in_scope}}
order by created_at desc, import_id desc
limit %(count)s::int;
