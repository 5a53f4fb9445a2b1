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
