-- name: find_orders
-- Which orders these numbers are, of those in the viewer's scope: a scope of warehouses holds for orders that are
-- shipped from one of them.
select order_no, order_id, channel, currency
from orders
where order_no = any(%(order_nos)s::text[])
    and (%(scope_channels)s::text[] is null or channel = any(%(scope_channels)s::text[]))
    and (
        %(scope_warehouses)s::text[] is null
        or exists (
            select 1 from shipments
            where shipments.order_id = orders.order_id and shipments.warehouse = any(%(scope_warehouses)s::text[])
        )
    );

-- name: find_shipments
-- Which of these shipments are in the viewer's scope.
select shipments.shipment_no, shipments.order_id
from shipments
join orders on orders.order_id = shipments.order_id
where shipments.shipment_no = any(%(shipment_nos)s::text[])
    and (%(scope_channels)s::text[] is null or orders.channel = any(%(scope_channels)s::text[]))
    and (%(scope_warehouses)s::text[] is null or shipments.warehouse = any(%(scope_warehouses)s::text[]));
