-- name: page
-- A page of the list, the newest first, after a row if one is given. It is planned for the filters that are set
-- (never prepared), so that each of them finds its own index.
select
    order_id, order_no, channel, external_no, stage, furthest, grade, priority, held, cancelled, customer_no, province,
    placed_at, received_at, paid_at, promised_at, currency, total_minor, paid_minor,
    coalesce(case when held then state::json -> 'holds' end, '[]') as holds
from orders
where (%(stage)s::text is null or stage = %(stage)s::text)
    and (%(channel)s::text is null or channel = %(channel)s::text)
    and (%(customer_no)s::text is null or customer_no = %(customer_no)s::text)
    and (%(held)s::bool is null or held = %(held)s::bool)
    and (%(hold)s::text is null or (held and hold_codes::jsonb ? %(hold)s::text))
    and (%(grade)s::text is null or grade = %(grade)s::text)
    and (%(province)s::text is null or province = %(province)s::text)
    and (%(placed_from)s::timestamptz is null or placed_at >= %(placed_from)s::timestamptz)
    and (%(placed_to)s::timestamptz is null or placed_at < %(placed_to)s::timestamptz)
    and (%(order_no)s::text is null or order_no = %(order_no)s::text)
    and (%(external_no)s::text is null or external_no = %(external_no)s::text)
    and (%(furthest)s::text is null or furthest = %(furthest)s::text)
    and (%(paid)s::bool is null or (paid_at is not null) = %(paid)s::bool)
    and (%(shipped)s::bool is null or (furthest in ('shipped', 'delivered')) = %(shipped)s::bool)
    and (%(cancelled)s::bool is null or cancelled = %(cancelled)s::bool)
    and (%(order_nos)s::text[] is null or order_no = any(%(order_nos)s::text[]))
    and (
        (%(warehouse)s::text is null and %(carrier)s::text is null)
        or exists (
            select
            from shipments
            where shipments.order_id = orders.order_id and shipments.stage <> 'cancelled'
                and (%(warehouse)s::text is null or shipments.warehouse = %(warehouse)s::text)
                and (%(carrier)s::text is null or shipments.carrier = %(carrier)s::text)
                and (
                    %(scope_warehouses)s::text[] is null or shipments.warehouse = any(%(scope_warehouses)s::text[])
                )
        )
    )
    and (
        %(custom_field)s::text is null
        or order_id in (
            select subject from facets where field = %(custom_field)s::text and value = %(custom_value)s::text
        )
    )
    and (
        %(custom_fields)s::text[] is null
        or not exists (
            select
            from unnest(%(custom_fields)s::text[], %(custom_values)s::text[]) as wanted (field, value)
            where not exists (
                select from facets
                where facets.field = wanted.field and facets.value = wanted.value and facets.subject = orders.order_id
            )
        )
    )
    and (
        %(after_at)s::timestamptz is null
        or (placed_at, order_id) < (%(after_at)s::timestamptz, %(after_id)s::uuid)
    )
    and {{viewer.order_in_scope}}
order by placed_at desc, order_id desc
limit %(count)s::int;

-- name: detail
-- One order whole, by its id or its number, when it is in scope.
select order_id, state::text as state
from orders
where (order_id = %(order_id)s::uuid or order_no = %(order_no)s::text)
    and {{viewer.order_in_scope}}
limit 1;

-- name: shipments
-- The order's shipments as the warehouses see them, those in scope.
select shipment_no, warehouse, stage, carrier, planned_at, stage_at, freight_cost_minor
from shipments
where order_id = %(order_id)s::uuid
    and (%(scope_warehouses)s::text[] is null or warehouse = any(%(scope_warehouses)s::text[]))
order by shipment_no;

-- name: messages
-- The raw messages that the order came from.
select message_id, channel, external_no, door, received_at, state
from messages
where order_id = %(order_id)s::uuid
order by received_at, message_id;
