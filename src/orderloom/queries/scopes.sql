-- name: find_orders
-- Which orders these numbers are, of those in the viewer's scope: a scope of warehouses holds for orders that are
-- shipped from one of them.
select order_no, order_id, channel, currency
from orders
where order_no = any(%(order_nos)s::text[])
    and {{viewer.order_in_scope}};

-- name: find_shipments
-- Which of these shipments are in the viewer's scope.
select shipments.shipment_no, shipments.order_id
from shipments
join orders on orders.order_id = shipments.order_id
where shipments.shipment_no = any(%(shipment_nos)s::text[])
    and {{viewer.shipment_in_scope}};

-- name: find_customers
-- Which of these customers there are, and whether they are in the viewer's scope.
select customer_no, %(scope_owners)s::text[] is null or reached_by && %(scope_owners)s::text[]
from customers
where customer_no = any(%(customer_nos)s::text[]);

-- name: find_external
-- The order of a channel's own number.
select order_no from orders where external_no = %(external_no)s::text and channel = %(channel)s::text;
