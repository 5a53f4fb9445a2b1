-- The pools as they stood at a moment, for back-tests: `seen` are the transactions whose effect they include, so that
-- every entry of the log is either in the count or after it, never both.
create table stock_snapshots (
    snapshot_id uuid primary key,
    at timestamptz not null,
    seen pg_snapshot not null
);
create index stock_snapshots_at on stock_snapshots (at);

create table stock_snapshot_rows (
    snapshot_id uuid not null references stock_snapshots on delete cascade,
    sku text not null,
    warehouse text not null,
    pool text not null,
    on_hand bigint not null,
    reserved bigint not null,
    primary key (snapshot_id, sku, warehouse, pool)
);
