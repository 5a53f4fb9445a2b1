-- name: insert_link
-- A new way to an order's tracking page.
insert into tracking_links (link_id, order_id, token_hash, created_at, created_by, expires_at)
values (
    %(link_id)s::uuid, %(order_id)s::uuid, %(token_hash)s::bytea, %(created_at)s::timestamptz, %(created_by)s,
    %(expires_at)s::timestamptz
);

-- name: lock_order
-- Whoever makes a link for an order waits for who is making one.
select pg_advisory_xact_lock(hashtextextended(%(key)s::text, 0));

-- name: live_links
-- The links of an order that lead to it until then and longer, the newest first.
select link_id, order_id, created_at, created_by, expires_at, revoked_at
from tracking_links
where order_id = %(order_id)s::uuid and revoked_at is null and expires_at > %(until)s::timestamptz
order by created_at desc, link_id
limit %(count)s::int;

-- name: by_token
-- The link of a token.
select link_id, order_id, created_at, created_by, expires_at, revoked_at
from tracking_links
where token_hash = %(token_hash)s::bytea;

-- name: revoke
-- End every link of an order that is not ended.
update tracking_links
set revoked_at = %(now)s::timestamptz
where order_id = %(order_id)s::uuid and revoked_at is null
returning link_id;
