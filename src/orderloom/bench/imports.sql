-- name: events
-- How much was said in the workspace.
select coalesce(sum(n), 0)::bigint from heads;
