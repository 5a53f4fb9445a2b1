-- Ways to one order's tracking page without signing in. The token is told, never kept: only its hash stands here.
-- `minute` and `minute_uses` count the calls of the minute.
create table tracking_links (
    link_id uuid primary key,
    order_id uuid not null,
    token_hash bytea not null unique,
    created_at timestamptz not null,
    created_by text not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    minute timestamptz,
    minute_uses integer not null default 0
);
create index tracking_links_order on tracking_links (order_id, created_at);
