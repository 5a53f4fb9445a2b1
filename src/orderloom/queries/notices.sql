-- name: page
-- What audiences were told, the newest first, and when this person saw it.
select
    notices.notice_id, notices.topic, notices.subject, notices.audience, notices.at, notices.level, notices.said,
    notice_marks.seen_at
from notices
left join notice_marks
    on notice_marks.notice_id = notices.notice_id and notice_marks.person = %(person)s::text
where (%(audiences)s::text[] is null or notices.audience = any(%(audiences)s::text[]))
    and (not %(unseen)s::bool or notice_marks.notice_id is null)
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
    limit %(count)s::int
) as counted;
