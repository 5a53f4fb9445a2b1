-- name: read_customers
-- Customers as they stand.
select customer_no, data::text
from customers
where customer_no = any(%(customer_nos)s::text[]);

-- name: upsert_customers
-- Customers entered or changed; who is entered again without a phone is known by the same as before.
insert into customers (customer_no, account, phone_key, data, valid_from)
select customer_no, account, phone_key, data, %(valid_from)s::timestamptz
from unnest(%(customer_nos)s::text[], %(accounts)s::text[], %(phone_keys)s::bytea[], %(datas)s::json[])
    as new (customer_no, account, phone_key, data)
on conflict (customer_no) do update
set account = excluded.account, phone_key = coalesce(excluded.phone_key, customers.phone_key), data = excluded.data,
    valid_from = excluded.valid_from;

-- name: standing_customers
-- Own fields of customers as they stand, locked in key order.
select customer_no, coalesce(data -> 'custom', '{}'::json)
from customers
where customer_no = any(%(keys)s::text[])
order by customer_no
for update;

-- name: standing_skus
-- Own fields of SKUs as they stand, locked in key order.
select sku, coalesce(data -> 'custom', '{}'::json)
from skus
where sku = any(%(keys)s::text[])
order by sku
for update;

-- name: keep_versions
-- What reference data says from now on, kept for back-tests and for the audit trail.
insert into reference_versions (kind, key, valid_from, actor, data)
select %(kind)s::text, key, %(valid_from)s::timestamptz, %(actor)s::text, data
from unnest(%(keys)s::text[], %(datas)s::json[]) as new (key, data)
on conflict (kind, key, valid_from) do update
set data = excluded.data, actor = excluded.actor;
-- name: read_skus
-- SKUs as they stand.
select sku, data::text
from skus
where sku = any(%(skus)s::text[]);

-- name: upsert_skus
-- SKUs entered or changed.
insert into skus (sku, barcode, data, valid_from)
select sku, barcode, data, %(valid_from)s::timestamptz
from unnest(%(skus)s::text[], %(barcodes)s::text[], %(datas)s::json[]) as new (sku, barcode, data)
on conflict (sku) do update
set barcode = excluded.barcode, data = excluded.data, valid_from = excluded.valid_from;
