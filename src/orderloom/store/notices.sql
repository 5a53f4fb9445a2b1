-- name: insert
-- Tell people of the house; told twice is told once.
insert into notices (notice_id, topic, subject, audience, payload, said, level, at)
select notice_id, topic, subject, audience, payload, said, level, %(now)s::timestamptz
from unnest(
    %(notice_ids)s::uuid[], %(topics)s::text[], %(subjects)s::text[], %(audiences)s::text[], %(payloads)s::json[],
    %(saids)s::json[], %(levels)s::text[]
) as new (notice_id, topic, subject, audience, payload, said, level)
on conflict (notice_id) do nothing;

-- name: mark
-- Notices seen by a person: those named, or without names up to so many of the oldest unseen ones.
insert into notice_marks (person, notice_id, seen_at)
select %(person)s::text, notices.notice_id, %(now)s::timestamptz
from notices
where (%(notice_ids)s::uuid[] is null or notices.notice_id = any(%(notice_ids)s::uuid[]))
    and (%(audiences)s::text[] is null or notices.audience = any(%(audiences)s::text[]))
    and not exists (
        select 1
        from notice_marks as marked
        where marked.person = %(person)s::text and marked.notice_id = notices.notice_id
    )
order by notices.notice_id
limit %(count)s::int
on conflict (person, notice_id) do nothing
returning notice_id;

-- name: forget
-- Delete a bounded number of notices older than a time, with their marks.
with gone as (
    delete from notices
    where notice_id in (
        select notice_id from notices where at < %(before)s::timestamptz order by at limit %(count)s::int
    )
    returning notice_id
),

marks as (
    delete from notice_marks
    using gone
    where notice_marks.notice_id = gone.notice_id
)

select count(*) from gone;

-- name: contacts
-- E-mail addresses of orders' customers, where they are known.
select orders.order_id, customers.data -> 'custom' ->> 'email' as email
from orders
join customers on customers.customer_no = orders.customer_no
where orders.order_id = any(%(order_ids)s::uuid[]) and customers.data -> 'custom' ->> 'email' <> '';
