-- name: lock_approvals
-- Approvals, locked in key order.
select approval_id, body
from approvals
where approval_id = any(%(approval_ids)s::uuid[])
order by approval_id
for update;

-- name: open_of_subjects
-- The open approvals about these subjects, locked in key order.
select approval_id, body
from approvals
where subject = any(%(subjects)s::text[]) and state = 'open'
order by approval_id
for update;

-- name: upsert_approvals
-- Approvals as they stand now.
insert into approvals (
    approval_id, subject, kind, channel, state, n, asked_by, asked_at, due_at, decided_at, body
)
select approval_id, subject, kind, channel, state, n, asked_by, asked_at, due_at, decided_at, body
from unnest(
    %(approval_ids)s::uuid[], %(subjects)s::text[], %(kinds)s::text[], %(channels)s::text[], %(states)s::text[],
    %(ns)s::int[], %(asked_bys)s::text[], %(asked_ats)s::timestamptz[], %(due_ats)s::timestamptz[],
    %(decided_ats)s::timestamptz[], %(bodies)s::text[]
) as new (approval_id, subject, kind, channel, state, n, asked_by, asked_at, due_at, decided_at, body)
on conflict (approval_id) do update
set state = excluded.state, n = excluded.n, due_at = excluded.due_at, decided_at = excluded.decided_at,
    body = excluded.body;

-- name: delete_asked
-- Nobody is asked any more, or others are.
delete from approval_asked
where approval_id = any(%(approval_ids)s::uuid[]);

-- name: insert_asked
-- Whose turn it is now.
insert into approval_asked (kind, name, approval_id)
select kind, name, approval_id
from unnest(%(kinds)s::text[], %(names)s::text[], %(approval_ids)s::uuid[]) as new (kind, name, approval_id);

-- name: permitted
-- The approved permissions about a subject that were decided since a time, the newest first.
select approval_id, body
from approvals
where subject = %(subject)s::text and kind = 'permission' and state = 'approved'
    and decided_at > %(since)s::timestamptz
order by decided_at desc;
