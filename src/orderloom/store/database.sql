-- name: enter
-- Make one schema the only one whose tables are found without a prefix.
select set_config('search_path', %(schema)s::text, false);

-- name: server
-- The server's version as a number (180004), to refuse one that is too old.
select current_setting('server_version_num')::integer;

-- name: listen
-- Get the notifications of a channel until the session ends.
-- ddl
listen {channel};

-- name: wake
-- Tell the loops of this schema that the log has grown and that what leaves the house may wait.
select pg_notify('outbox', current_schema());
