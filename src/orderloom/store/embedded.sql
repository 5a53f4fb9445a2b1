-- name: find_database
-- Whether the server already has a database of this name.
select 1 from pg_database where datname = %(name)s;

-- name: create_database
-- The one database of the embedded server.
-- ddl
create database {name};
