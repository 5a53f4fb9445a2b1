-- name: lock
-- One process migrates at a time; the others wait for its commit.
select pg_advisory_xact_lock(7206173640113005001);

-- name: create_schema
-- ddl
create schema if not exists {schema};

-- name: create_record
-- What was applied to this schema. The hash shows a migration that was changed after it was applied.
-- ddl
create table if not exists migrations (
    number integer primary key,
    name text not null,
    hash bytea not null,
    applied_at timestamptz not null
);

-- name: applied
select number, hash from migrations order by number;

-- name: record
insert into migrations (number, name, hash, applied_at)
values (%(number)s, %(name)s, %(hash)s, %(now)s);

-- name: enter_here
-- The schema of the rest of this transaction only.
select set_config('search_path', %(schema)s::text, true);
