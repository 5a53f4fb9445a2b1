-- name: told
-- Orders that are stored, and those of distinct outside numbers.
select count(*), count(distinct (channel, external_no)) from orders;

-- name: revisions
-- The revision that decided each order when it came, by the order's outside number.
select distinct on (orders.external_no) orders.external_no, inputs.revision
from orders
join inputs on inputs.subject = orders.order_id
order by orders.external_no, inputs.n;
