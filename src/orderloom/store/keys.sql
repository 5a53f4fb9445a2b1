-- schema: orderloom

-- name: insert_key
-- A new key; only the hash of its secret is kept.
insert into api_keys (key_id, hash, prefix, workspace, name, verbs, scope, created_at, expires_at)
values (
    %(key_id)s::uuid, %(hash)s::bytea, %(prefix)s::text, %(workspace)s::text, %(name)s::text, %(verbs)s::text[],
    %(scope)s::jsonb, %(created_at)s::timestamptz, %(expires_at)s::timestamptz
);

-- name: find_key
-- One key by its id, whatever its state.
select key_id, hash, prefix, workspace, name, verbs, scope, created_at, expires_at, revoked_at
from api_keys
where key_id = %(key_id)s::uuid;

-- name: list_keys
-- The keys of a workspace, the oldest first.
select key_id, hash, prefix, workspace, name, verbs, scope, created_at, expires_at, revoked_at
from api_keys
where workspace = %(workspace)s::text
order by created_at, key_id;

-- name: revoke_key
-- End a key; the first revocation stands.
update api_keys set revoked_at = coalesce(revoked_at, %(at)s::timestamptz)
where key_id = %(key_id)s::uuid and workspace = %(workspace)s::text
returning key_id, hash, prefix, workspace, name, verbs, scope, created_at, expires_at, revoked_at;
