-- name: read_skus
-- SKUs as they stand.
select sku, data
from skus
where sku = any(%(skus)s::text[]);

-- name: upsert_skus
-- SKUs entered or changed.
insert into skus (sku, barcode, data, valid_from)
select sku, barcode, data, %(valid_from)s::timestamptz
from unnest(%(skus)s::text[], %(barcodes)s::text[], %(datas)s::json[]) as new (sku, barcode, data)
on conflict (sku) do update
set barcode = excluded.barcode, data = excluded.data, valid_from = excluded.valid_from;
