-- name: insert_drafts
-- Attempts that a rule refused where a person waited.
insert into drafts (draft_id, door, customer_no, sealed, refusal, created_at)
select draft_id, door, customer_no, sealed, refusal, %(at)s::timestamptz
from unnest(
    %(draft_ids)s::uuid[], %(doors)s::text[], %(customer_nos)s::text[], %(sealeds)s::bytea[], %(refusals)s::json[]
) as new (draft_id, door, customer_no, sealed, refusal)
on conflict (draft_id) do nothing;

-- name: lock_draft
-- An attempt that may be resumed.
select draft_id, door, customer_no, sealed, refusal, created_at, resumed_at, order_id
from drafts
where draft_id = %(draft_id)s::uuid
for update;

-- name: resume_draft
-- An attempt became an order.
update drafts
set resumed_at = %(at)s::timestamptz, order_id = %(order_id)s::uuid
where draft_id = %(draft_id)s::uuid;
