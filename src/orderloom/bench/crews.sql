-- name: backend
-- The process of this connection.
select pg_backend_pid();
