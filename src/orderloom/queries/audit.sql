-- name: page
-- Lines of the audit trail, the newest first. Never prepared.
select audit_id, at, actor, origin, what, subject, before, after, n
from audit
where (%(actor)s::text is null or actor = %(actor)s::text)
    and (%(subject)s::text is null or subject = %(subject)s::text)
    and (%(what)s::text is null or what = %(what)s::text or starts_with(what, %(what)s::text || '.'))
    and (%(origin)s::text is null or strpos(origin, %(origin)s::text) > 0)
    and (%(at_from)s::timestamptz is null or at >= %(at_from)s::timestamptz)
    and (%(at_to)s::timestamptz is null or at < %(at_to)s::timestamptz)
    and (
        %(after_at)s::timestamptz is null
        or (at, audit_id) < (%(after_at)s::timestamptz, %(after_id)s::uuid)
    )
order by at desc, audit_id desc
limit %(count)s::int;
