-- name: page
-- What audiences were told, the newest first, and when this person saw it. What a role is told about an order is
-- shown to those who may see the order.
select
    notices.notice_id, notices.topic, notices.subject, notices.audience, notices.at, notices.level, notices.said,
    notice_marks.seen_at
from notices
left join notice_marks
    on notice_marks.notice_id = notices.notice_id and notice_marks.person = %(person)s::text
where (%(audiences)s::text[] is null or notices.audience = any(%(audiences)s::text[]))
    and (not %(unseen)s::bool or notice_marks.notice_id is null)
    and (%(level)s::text is null or notices.level = %(level)s::text)
    and (
        notices.audience = %(person)s::text
        or {{viewer.unlimited}}
        or not exists (
            select 1
            from orders
            where orders.order_id
                = case when pg_input_is_valid(notices.subject, 'uuid') then notices.subject::uuid end
                and not {{viewer.order_in_scope}}
        )
    )
    and (
        %(after_at)s::timestamptz is null
        or (notices.at, notices.notice_id) < (%(after_at)s::timestamptz, %(after_id)s::uuid)
    )
order by notices.at desc, notices.notice_id desc
limit %(count)s::int;

-- name: unseen
-- How many this person has not seen, up to a bound.
select count(*)::int
from (
    select 1
    from notices
    where (%(audiences)s::text[] is null or notices.audience = any(%(audiences)s::text[]))
        and not exists (
            select 1
            from notice_marks
            where notice_marks.notice_id = notices.notice_id and notice_marks.person = %(person)s::text
        )
        and (
            notices.audience = %(person)s::text
            or {{viewer.unlimited}}
            or not exists (
                select 1
                from orders
                where orders.order_id
                    = case when pg_input_is_valid(notices.subject, 'uuid') then notices.subject::uuid end
                    and not {{viewer.order_in_scope}}
            )
        )
    limit %(count)s::int
) as counted;
