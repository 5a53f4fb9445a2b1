-- name: shares
-- How often the proposals of each rule were accepted, of those first shown in a period.
select rule, max(version), count(*), count(accepted_at)
from advices
join orders using (order_id)
where proposed_at >= %(since)s::timestamptz and proposed_at < %(until)s::timestamptz
    and (%(scope_channels)s::text[] is null or orders.channel = any(%(scope_channels)s::text[]))
    and (
        %(scope_owners)s::text[] is null
        or orders.customer_no in (
            select customers.customer_no from customers where customers.reached_by && %(scope_owners)s::text[]
        )
    )
    and (
        %(scope_warehouses)s::text[] is null
        or exists (
            select 1
            from shipments
            where shipments.order_id = orders.order_id and shipments.warehouse = any(%(scope_warehouses)s::text[])
        )
    )
group by rule
order by count(*) desc, rule
limit %(count)s::int;
