-- name: propose
-- Proposals for an order; one that was made before stays as it was, with what became of it.
insert into advices (advice_id, order_id, rule, version, said, proposed_at, proposed_to)
select advice_id, %(order_id)s::uuid, rule, version, said, %(at)s::timestamptz, %(to)s::text
from unnest(%(advice_ids)s::uuid[], %(rules)s::text[], %(versions)s::int[], %(saids)s::json[])
    as new (advice_id, rule, version, said)
on conflict (order_id, rule, version) do nothing;

-- name: of_order
-- The proposals of an order by these rules and versions, with what became of them.
select advice_id, rule, version, said, proposed_at, accepted_at, accepted_by
from advices
join unnest(%(rules)s::text[], %(versions)s::int[]) as wanted (rule, version) using (rule, version)
where order_id = %(order_id)s::uuid
order by rule;

-- name: lock
-- One proposal of an order, locked.
select advice_id, rule, version, said, proposed_at, accepted_at, accepted_by
from advices
where advice_id = %(advice_id)s::uuid and order_id = %(order_id)s::uuid
for update;

-- name: accept
-- A proposal was accepted, once.
update advices
set accepted_at = %(at)s::timestamptz, accepted_by = %(by)s::text
where advice_id = %(advice_id)s::uuid and accepted_at is null;
