-- name: insert_file
-- A file that was uploaded; its bytes are in the object store already.
insert into files (
    file_id, token_hash, name, media_type, size_bytes, sha256, origin, uploaded_by, uploaded_at
)
values (
    %(file_id)s::uuid, %(token_hash)s::bytea, %(name)s, %(media_type)s, %(size_bytes)s::bigint, %(sha256)s::bytea,
    %(origin)s, %(uploaded_by)s, %(uploaded_at)s::timestamptz
);

-- name: find
-- Files by their ids.
select file_id, name, media_type, size_bytes, sha256, origin, uploaded_by, uploaded_at, used_by, used_at
from files
where file_id = any(%(file_ids)s::uuid[]);

-- name: by_token
-- The file that a token reads.
select file_id, name, media_type, size_bytes, sha256, origin, uploaded_by, uploaded_at, used_by, used_at
from files
where token_hash = %(token_hash)s::bytea;

-- name: use
-- What these files are used by from now on; the first use stands.
update files
set used_by = new.used_by, used_at = %(at)s::timestamptz
from unnest(%(file_ids)s::uuid[], %(users)s::text[]) as new (file_id, used_by)
where files.file_id = new.file_id and files.used_at is null;

-- name: take_unused
-- Forget files that nothing has used, the oldest first; their bytes are deleted after the commit.
delete from files
where file_id in (
    select file_id
    from files
    where used_at is null and uploaded_at < %(before)s::timestamptz
    order by uploaded_at, file_id
    limit %(count)s::int
    for update skip locked
)
returning file_id;
