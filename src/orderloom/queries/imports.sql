-- name: page
-- Imports, the newest first, after one if given, each with how many of its rows wait.
select import_id, channel, file_name, state, rows_total, rows_done, created_at, finished_at, reason, actor, coalesce(
        (
            select sum(rows_refused)
            from messages
            where messages.import_id = imports.import_id and messages.state = 'quarantined' and rows_refused > 0
        ), 0
    )::bigint
from imports
where (%(import_id)s::uuid is null or import_id = %(import_id)s::uuid)
    and (%(channel)s::text is null or channel = %(channel)s::text)
    and (%(state)s::text is null or state = %(state)s::text)
    and (
        %(after_at)s::timestamptz is null
        or (created_at, import_id) < (%(after_at)s::timestamptz, %(after_id)s::uuid)
    )
    and {{viewer.channel_in_scope}}
order by created_at desc, import_id desc
limit %(count)s::int;
