-- schema: orderloom

-- name: enter
-- Take the name, or nothing when it is taken; a second taker waits for the first one's commit.
insert into workspaces (name, title, schema, sandbox_of, created_at)
values (%(name)s, %(title)s, %(schema)s, %(sandbox_of)s, %(now)s)
on conflict (name) do nothing
returning name;

-- name: list
-- All workspaces, the oldest first.
select name, title, schema, sandbox_of, created_at from workspaces order by created_at, name;

-- name: find
select name, title, schema, sandbox_of, created_at from workspaces where name = %(name)s;

-- name: remove
delete from workspaces where name = %(name)s returning schema;

-- name: drop_schema
-- ddl
drop schema if exists {schema} cascade;
