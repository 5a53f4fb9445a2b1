-- name: skus
-- SKUs by code, after one if given, or just those asked for, or whose code begins so, name says so, or barcode is it.
select sku, data
from skus
where (%(keys)s::text[] is null or sku = any(%(keys)s::text[]))
    and (
        %(text)s::text is null
        or starts_with(lower(sku), lower(%(text)s::text))
        or position(lower(%(text)s::text) in lower(data ->> 'name')) > 0
        or barcode = %(text)s::text
    )
    and (%(after)s::text is null or sku > %(after)s::text)
order by sku
limit %(count)s::int;

-- name: customers
-- Customers by number, after one if given, or just those asked for, or whose number begins so, name says so, or phone
-- is it.
select customer_no, data
from customers
where (%(keys)s::text[] is null or customer_no = any(%(keys)s::text[]))
    and (
        %(text)s::text is null
        or starts_with(lower(customer_no), lower(%(text)s::text))
        or position(lower(%(text)s::text) in lower(data ->> 'name')) > 0
        or phone_key = %(phone_key)s::bytea
    )
    and (%(after)s::text is null or customer_no > %(after)s::text)
    and (%(scope_owners)s::text[] is null or reached_by && %(scope_owners)s::text[])
order by customer_no
limit %(count)s::int;
