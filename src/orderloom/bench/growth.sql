-- name: some_orders
-- Orders from all over the year, with the values that a person would narrow a list to.
select order_no, external_no, channel, customer_no, province, stage, grade, placed_at
from orders
order by hashtext(order_no)
limit %(count)s::int;

-- name: may_checkpoint
-- Whether this role may ask for a checkpoint.
select pg_has_role(current_user, 'pg_checkpoint', 'usage');

-- name: checkpoint
-- ddl
checkpoint
