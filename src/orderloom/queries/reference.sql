-- name: skus
-- SKUs by code, after one if given, or just those asked for.
select sku, data
from skus
where (%(keys)s::text[] is null or sku = any(%(keys)s::text[]))
    and (%(after)s::text is null or sku > %(after)s::text)
order by sku
limit %(count)s::int;

-- name: customers
-- Customers by number, after one if given, or just those asked for.
select customer_no, data
from customers
where (%(keys)s::text[] is null or customer_no = any(%(keys)s::text[]))
    and (%(after)s::text is null or customer_no > %(after)s::text)
    and (%(scope_owners)s::text[] is null or reached_by && %(scope_owners)s::text[])
order by customer_no
limit %(count)s::int;
