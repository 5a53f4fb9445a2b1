-- name: shares
-- How often the proposals of each rule were accepted, of those first shown in a period.
select rule, max(version), count(*), count(accepted_at)
from advices
join orders using (order_id)
where proposed_at >= %(since)s::timestamptz and proposed_at < %(until)s::timestamptz
    and {{viewer.order_in_scope}}
group by rule
order by count(*) desc, rule
limit %(count)s::int;
