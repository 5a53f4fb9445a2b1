-- name: insert_link
-- A new way into a form.
insert into form_links (
    link_id, form, kind, token_hash, label, customer_no, created_at, created_by, expires_at, uses_max
)
values (
    %(link_id)s::uuid, %(form)s, %(kind)s, %(token_hash)s::bytea, %(label)s, %(customer_no)s,
    %(created_at)s::timestamptz, %(created_by)s, %(expires_at)s::timestamptz, %(uses_max)s::int
);

-- name: links
-- The links of a form, the newest first.
select link_id, form, kind, label, customer_no, created_at, created_by, expires_at, uses_max, uses, revoked_at
from form_links
where form = %(form)s
order by created_at desc, link_id
limit %(count)s::int;

-- name: by_token
-- The link of a token.
select link_id, form, kind, label, customer_no, created_at, created_by, expires_at, uses_max, uses, revoked_at
from form_links
where token_hash = %(token_hash)s::bytea;

-- name: use
-- Count a submission by a link; nothing comes back when it may not be used any more.
update form_links
set uses = uses + 1
where link_id = %(link_id)s::uuid and (uses_max is null or uses < uses_max)
    and revoked_at is null and (expires_at is null or expires_at > %(now)s::timestamptz)
returning link_id;

-- name: unuse
-- Take back the count of a submission that was refused.
update form_links set uses = uses - 1 where link_id = %(link_id)s::uuid;

-- name: revoke
-- End a link; asked twice, the first time stands.
update form_links
set revoked_at = coalesce(revoked_at, %(now)s::timestamptz)
where link_id = %(link_id)s::uuid and form = %(form)s
returning link_id;

-- name: submission
-- What a submission became.
select body_hash, subject
from form_submissions
where form = %(form)s and submission_id = %(submission_id)s;

-- name: begin
-- Take a submission's id; nothing comes back when it was taken before.
insert into form_submissions (form, submission_id, link_id, body_hash, received_at)
values (%(form)s, %(submission_id)s, %(link_id)s::uuid, %(body_hash)s::bytea, %(now)s::timestamptz)
on conflict (form, submission_id) do nothing
returning submission_id;

-- name: settle
-- What a submission became.
update form_submissions set subject = %(subject)s where form = %(form)s and submission_id = %(submission_id)s;

-- name: give_back
-- A submission that was refused may be corrected and sent again under its id.
delete from form_submissions where form = %(form)s and submission_id = %(submission_id)s and subject = '';
