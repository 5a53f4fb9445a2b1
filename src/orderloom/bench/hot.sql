-- name: told
-- What the run came to: pieces on the shelf, pieces promised by pools, by reservations and by orders that hold one,
-- pieces that wait, and orders in all.
select
    (select coalesce(sum(on_hand), 0) from stock_pools)::bigint as pieces,
    (select coalesce(sum(reserved), 0) from stock_pools)::bigint as promised,
    (select coalesce(sum(quantity), 0) from reservations)::bigint as reserved,
    (select count(distinct order_id) from reservations) as sold,
    (select coalesce(sum(quantity), 0) from backorders)::bigint as waiting,
    (select count(distinct order_id) from backorders) as backordered,
    (select count(*) from orders) as orders;
