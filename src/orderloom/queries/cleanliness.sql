-- name: by_year
-- Of the orders of each year, how many say each field, and say it so that it can be used.
with read as (
    select extract(year from placed_at at time zone %(zone)s::text)::int as year, orders.customer_no,
        orders.goods_minor, orders.placed_at, orders.received_at, state::json as said
    from orders
    where placed_at >= %(since)s::timestamptz and placed_at < %(until)s::timestamptz
        and {{viewer.channel_in_scope}}
)
select year, count(*),
    count(*) filter (where customers.customer_no is not null),
    count(*) filter (
        where coalesce(nullif(customers.data ->> 'level', ''), nullif(said -> 'custom' ->> 'customer_level', '')) <> ''
    ),
    count(*) filter (where said -> 'consignee' ->> 'named' = 'true'),
    count(*) filter (where said -> 'consignee' ->> 'phone' in ('known', 'masked')),
    count(*) filter (
        where said -> 'consignee' ->> 'adcode' <> '' and said -> 'consignee' ->> 'street_known' = 'true'
    ),
    count(*) filter (where said ->> 'payment_method' <> ''),
    count(*) filter (where goods_minor > 0),
    count(*) filter (where placed_at >= timestamptz '1990-01-01 00:00:00+00' and placed_at <= received_at),
    count(*) filter (
        where not exists (
            select 1
            from json_array_elements(said -> 'lines') as line
            where not exists (select 1 from skus where skus.sku = line ->> 'sku')
        )
    )
from read
left join customers on customers.customer_no = read.customer_no and read.customer_no <> ''
group by year
order by year;
