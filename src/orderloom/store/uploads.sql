-- name: insert_upload
-- A file that waits for its import.
insert into uploads (import_id, wanted, bytes, created_at)
values (%(import_id)s::uuid, %(wanted)s::json, %(bytes)s::bigint, %(now)s::timestamptz)
on conflict (import_id) do nothing
returning import_id;

-- name: insert_part
-- One part of a file.
insert into upload_parts (import_id, n, sealed)
values (%(import_id)s::uuid, %(n)s::int, %(sealed)s::bytea);

-- name: read_upload
-- How a file is to be read.
select wanted::text
from uploads
where import_id = %(import_id)s::uuid;

-- name: read_part
-- One part of a file.
select sealed
from upload_parts
where import_id = %(import_id)s::uuid and n = %(n)s::int;

-- name: delete_upload
-- The file is not needed any more.
delete from uploads where import_id = %(import_id)s::uuid;

-- name: delete_parts
-- Nor are its parts.
delete from upload_parts where import_id = %(import_id)s::uuid;
