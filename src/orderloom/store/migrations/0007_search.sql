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
