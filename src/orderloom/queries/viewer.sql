-- What a viewer's scope lets through, once for all statements.

-- fragment: order_in_scope
-- An order is reached by its channel, by its customer, and by a warehouse that ships some of it. The statement names
-- the table `orders`.
(%(scope_channels)s::text[] is null or orders.channel = any(%(scope_channels)s::text[]))
and (
    %(scope_owners)s::text[] is null
    or orders.customer_no in (
        select customers.customer_no from customers where customers.reached_by && %(scope_owners)s::text[]
    )
)
and (
    %(scope_warehouses)s::text[] is null
    or exists (
        select 1
        from shipments
        where shipments.order_id = orders.order_id and shipments.warehouse = any(%(scope_warehouses)s::text[])
    )
)

-- fragment: shipment_in_scope
-- A shipment is reached by its warehouse, and by its order's channel and customer. The statement names the tables
-- `orders` and `shipments`.
(%(scope_channels)s::text[] is null or orders.channel = any(%(scope_channels)s::text[]))
and (
    %(scope_owners)s::text[] is null
    or orders.customer_no in (
        select customers.customer_no from customers where customers.reached_by && %(scope_owners)s::text[]
    )
)
and (%(scope_warehouses)s::text[] is null or shipments.warehouse = any(%(scope_warehouses)s::text[]))

-- fragment: channel_in_scope
-- What belongs to a channel alone, to no customer and no warehouse, is for those whom neither limits. The statement
-- names one table with a `channel`.
(%(scope_channels)s::text[] is null or channel = any(%(scope_channels)s::text[]))
and %(scope_warehouses)s::text[] is null
and %(scope_owners)s::text[] is null

-- fragment: unlimited
-- What belongs to the whole workspace is for those whom nothing limits.
%(scope_channels)s::text[] is null
and %(scope_warehouses)s::text[] is null
and %(scope_owners)s::text[] is null
