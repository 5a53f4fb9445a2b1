-- name: page
-- Shipments by warehouse and stage, the oldest plan first, after a row if one is given. Never prepared.
select
    shipments.shipment_no, shipments.order_id, orders.order_no, orders.channel, shipments.warehouse, shipments.stage,
    shipments.carrier, shipments.planned_at, shipments.stage_at, shipments.freight_cost_minor,
    orders.priority, orders.held, orders.promised_at
from shipments
join orders using (order_id)
where (%(warehouse)s::text is null or shipments.warehouse = %(warehouse)s::text)
    and (%(stage)s::text is null or shipments.stage = %(stage)s::text)
    and (%(order_id)s::uuid is null or shipments.order_id = %(order_id)s::uuid)
    and (%(shipment_no)s::text is null or shipments.shipment_no = %(shipment_no)s::text)
    and (not %(live)s::bool or (shipments.stage <> 'delivered' and shipments.stage <> 'cancelled'))
    and (
        %(after_at)s::timestamptz is null
        or (shipments.planned_at, shipments.shipment_no) > (%(after_at)s::timestamptz, %(after_no)s::text)
    )
    and {{viewer.shipment_in_scope}}
order by shipments.planned_at, shipments.shipment_no
limit %(count)s::int;

-- name: meant
-- Shipments in scope that labels may mean: a shipment's own number, its order's number, or the channel's for that
-- order; whether they are cancelled.
select asked.code, shipments.shipment_no, shipments.warehouse, shipments.stage = 'cancelled'
from unnest(%(codes)s::text[]) as asked (code)
cross join lateral (
    select shipments.order_id, shipments.shipment_no as only_no
    from shipments
    where shipments.shipment_no = asked.code
    union
    select orders.order_id, null
    from orders
    where orders.order_no = asked.code
    union
    select orders.order_id, null
    from orders
    where orders.external_no = asked.code
) as named
join shipments on shipments.order_id = named.order_id
    and (named.only_no is null or shipments.shipment_no = named.only_no)
join orders on orders.order_id = shipments.order_id
where {{viewer.shipment_in_scope}}
order by asked.code, shipments.shipment_no;
