-- schema: orderloom

-- name: lock
-- One process at a time brings the job library's schema up to date.
select pg_advisory_xact_lock(7206173640113005003);

-- name: pieces
-- Which pieces of the job library's schema are here.
select piece from job_schema;

-- name: keep_pieces
-- Remember the pieces that were applied.
insert into job_schema (piece, applied_at)
select piece, %(now)s::timestamptz
from unnest(%(pieces)s::text[]) as new (piece)
on conflict (piece) do nothing;
