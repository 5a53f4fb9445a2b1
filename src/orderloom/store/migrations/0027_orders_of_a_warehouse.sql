-- Lists narrowed to a warehouse, by a filter or by who asks, look for the orders of one that seldom ships.
create index shipments_warehouse on shipments (warehouse, order_id);
