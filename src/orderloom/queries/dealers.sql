-- name: consignees
-- Whom the customer's latest orders went to.
select state::json -> 'consignee' as consignee
from orders
where customer_no = %(customer_no)s::text
order by placed_at desc
limit %(count)s::int;
