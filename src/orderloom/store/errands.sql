-- name: states
-- Errands as they stand.
select errand_id, state
from errands
where errand_id = any(%(errand_ids)s::uuid[]);

-- name: upsert
-- Errands that are new or went on; their heads are locked.
insert into errands (errand_id, n, state)
select errand_id, n, state
from unnest(%(errand_ids)s::uuid[], %(ns)s::int[], %(states)s::text[]) as new (errand_id, n, state)
order by errand_id
on conflict (errand_id) do update
set n = excluded.n, state = excluded.state;
