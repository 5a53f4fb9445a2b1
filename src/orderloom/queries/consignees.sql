-- name: latest
-- Whom the customer's latest orders in scope went to.
select order_no, state::json -> 'consignee' as consignee
from orders
where customer_no = %(customer_no)s::text
    and (%(scope_channels)s::text[] is null or channel = any(%(scope_channels)s::text[]))
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
order by placed_at desc
limit %(count)s::int;
