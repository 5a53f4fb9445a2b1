-- A file that came over HTTP waits here, sealed, in parts, until its import is done.
create table uploads (
    import_id uuid primary key,
    wanted json not null,
    bytes bigint not null,
    created_at timestamptz not null
);
create table upload_parts (
    import_id uuid not null,
    n integer not null,
    sealed bytea not null,
    primary key (import_id, n)
);
-- Why an import could not be carried on, where it is failed.
alter table imports add column reason json;

-- One row of search keys an order. The first `lasting` tokens stay; those behind, of the middles of numbers, go when the
-- order is old. New rows wait in the index's pending list, which every search reads: it is kept short.
create table search_rows (
    order_id uuid primary key,
    placed_at timestamptz not null,
    lasting smallint not null,
    tokens bigint[] not null
);
insert into search_rows (order_id, placed_at, lasting, tokens)
select order_id, min(placed_at), count(*) filter (where kind < 100), array_agg(token order by kind)
from search_keys
group by order_id;
drop table search_keys;
alter table search_rows rename to search_keys;
alter index search_rows_pkey rename to search_keys_pkey;
create index search_keys_tokens on search_keys using gin (tokens) with (gin_pending_list_limit = 1024);
create index search_keys_young on search_keys (placed_at) where cardinality(tokens) > lasting;

-- Sums by channel, empty where a metric is of none; the relay adds them up anew from the log.
drop table sums;
create table sums (
    metric text not null,
    bucket timestamptz not null,
    channel text not null,
    key text not null,
    value bigint not null,
    primary key (metric, bucket, channel, key)
) with (fillfactor = 70);
delete from cursors where name = 'sums';

-- The codes of a held order's open holds, so that counting them reads an index alone.
alter table orders add column hold_codes text
    generated always as (case when held then jsonb_path_query_array(state::jsonb, '$.holds[*].code')::text end) stored;
create index orders_hold_codes on orders (channel) include (hold_codes) where held;

-- The relay gives each line of the audit trail its place `n` and chains it to the line before.
alter table audit add column n bigint;
alter table audit add column chain bytea;
create unique index audit_chained on audit (n);
create index audit_loose on audit (at, audit_id) where n is null;
