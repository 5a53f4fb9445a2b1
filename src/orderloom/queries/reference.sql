-- name: skus
-- SKUs by code, after one if given, or just those asked for, or whose code begins so, name says so, or barcode is it.
select sku, data
from skus
where (%(keys)s::text[] is null or sku = any(%(keys)s::text[]))
    and (
        %(text)s::text is null
        or (lower(sku) collate "C" >= lower(%(text)s::text) and lower(sku) collate "C" < lower(%(text)s::text) || chr(1114111))
        or (
            name_parts @> %(parts)s::text[]
            and position(lower(%(text)s::text) in lower(data ->> 'name')) > 0
        )
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
        or (
            lower(customer_no) collate "C" >= lower(%(text)s::text)
            and lower(customer_no) collate "C" < lower(%(text)s::text) || chr(1114111)
        )
        or (
            name_parts @> %(parts)s::text[]
            and position(lower(%(text)s::text) in lower(data ->> 'name')) > 0
        )
        or phone_key = %(phone_key)s::bytea
    )
    and (%(after)s::text is null or customer_no > %(after)s::text)
    and (%(scope_owners)s::text[] is null or reached_by && %(scope_owners)s::text[])
order by customer_no
limit %(count)s::int;

-- name: customer_names
-- What these customers are called, as far as they are in scope.
select customer_no, data ->> 'name' as name
from customers
where customer_no = any(%(customer_nos)s::text[])
    and (%(scope_owners)s::text[] is null or reached_by && %(scope_owners)s::text[]);

-- name: parts
-- What a name has in which this text stands: its pairs of characters, or the one that it is. Folded as the names are.
select coalesce(array_agg(distinct substr(lower(%(text)s::text), place, 2)), array[lower(%(text)s::text)])
from generate_series(1, length(%(text)s::text) - 1) as place;
