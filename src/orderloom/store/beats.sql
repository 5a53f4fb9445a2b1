-- schema: orderloom

-- name: keep
-- What each loop of a worker last did.
insert into beats (worker, loop, beat_at, turns, failures, problem)
select %(worker)s::text, loop, beat_at, turns, failures, problem
from unnest(%(loops)s::text[], %(beat_ats)s::timestamptz[], %(turns)s::bigint[], %(failures)s::int[], %(problems)s::text[])
    as new (loop, beat_at, turns, failures, problem)
on conflict (worker, loop) do update
set beat_at = excluded.beat_at, turns = excluded.turns, failures = excluded.failures, problem = excluded.problem;

-- name: forget
-- A worker that stopped, and workers that have been silent since a time.
delete from beats where worker = %(worker)s::text or beat_at < %(before)s::timestamptz;

-- name: list
-- All loops of all workers.
select worker, loop, beat_at, turns, failures, problem from beats order by worker, loop;
