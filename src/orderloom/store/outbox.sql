-- name: copy_outbox
-- What is to leave the house.
-- ddl
copy outbox (outbox_id, topic, subject, key, payload, due_at) from stdin (format binary)

-- name: wake
-- Tell the loops that something waits.
select pg_notify('outbox', current_schema());
