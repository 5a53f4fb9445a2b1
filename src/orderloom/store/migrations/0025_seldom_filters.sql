-- What few orders are is found without reading the many that are not. Those that are in none of these cost nothing.
create index orders_cancelled on orders (placed_at desc, order_id desc) where cancelled;
create index orders_paid on orders (placed_at desc, order_id desc) where paid_at is not null;
-- Paid and not shipped: the list that a warehouse is called about.
create index orders_paid_unshipped on orders (placed_at desc, order_id desc)
    where paid_at is not null and furthest <> all (array['shipped', 'delivered']);
