-- name: latest
-- Whom the customer's latest orders in scope went to.
select order_no, state::json -> 'consignee' as consignee
from orders
where customer_no = %(customer_no)s::text
    and {{viewer.order_in_scope}}
order by placed_at desc
limit %(count)s::int;
