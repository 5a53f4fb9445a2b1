-- name: page
-- Approvals, the oldest first. In scope is what one is asked or asked for oneself, and what is about orders of one's
-- channels; what is about no order only for those whose scope is everything. Never prepared.
select approvals.approval_id, approvals.body
from approvals
where (%(approval_id)s::uuid is null or approvals.approval_id = %(approval_id)s::uuid)
    and (%(state)s::text is null or approvals.state = %(state)s::text)
    and (%(subject)s::text is null or approvals.subject = %(subject)s::text)
    and (
        %(after_at)s::timestamptz is null
        or (approvals.asked_at, approvals.approval_id) > (%(after_at)s::timestamptz, %(after_id)s::uuid)
    )
    and (
        exists (
            select 1
            from approval_asked
            where approval_asked.approval_id = approvals.approval_id
                and (
                    (approval_asked.kind = 'person' and approval_asked.name = %(person)s::text)
                    or (approval_asked.kind = 'role' and approval_asked.name = any(%(roles)s::text[]))
                )
        )
        or (
            not %(mine)s::bool
            and (
                approvals.asked_by = %(person)s::text
                or (
                    %(scope_warehouses)s::text[] is null
                    and %(scope_owners)s::text[] is null
                    and (%(scope_channels)s::text[] is null or approvals.channel = any(%(scope_channels)s::text[]))
                )
            )
        )
    )
order by approvals.asked_at, approvals.approval_id
limit %(count)s::int;
