-- name: entries
-- What a range of subjects said, in order.
select subject, kind, n, count, recorded_at, body::text, hash
from log
where subject >= %(first)s::uuid and subject <= %(last)s::uuid
    and (%(subjects)s::uuid[] is null or subject = any(%(subjects)s::uuid[]))
order by subject, n;

-- name: heads
-- The ends of their chains.
select subject, n, hash
from heads
where subject >= %(first)s::uuid and subject <= %(last)s::uuid
    and (%(subjects)s::uuid[] is null or subject = any(%(subjects)s::uuid[]))
order by subject;

-- name: orders
-- The orders among them, with the columns that stand beside their state.
select
    order_id, state::text, order_no, channel, external_no, n, stage, furthest, grade, priority, held, cancelled,
    customer_no, account, province, placed_at, received_at, paid_at, promised_at, currency, goods_minor,
    discount_minor, freight_minor, tax_minor, adjustment_minor, total_minor, paid_minor, credit_reserved_minor,
    credit_used_minor
from orders
where order_id >= %(first)s::uuid and order_id <= %(last)s::uuid
    and (%(subjects)s::uuid[] is null or order_id = any(%(subjects)s::uuid[]))
order by order_id;

-- name: shipments
-- The orders' shipments.
select order_id, shipment_no, warehouse, stage, carrier, freight_cost_minor
from shipments
where order_id >= %(first)s::uuid and order_id <= %(last)s::uuid
    and (%(subjects)s::uuid[] is null or order_id = any(%(subjects)s::uuid[]))
order by order_id;

-- name: reservations
-- Units reserved for the orders.
select order_id, sku, warehouse, pool, line_no, quantity
from reservations
where order_id >= %(first)s::uuid and order_id <= %(last)s::uuid
    and (%(subjects)s::uuid[] is null or order_id = any(%(subjects)s::uuid[]))
order by order_id;

-- name: backorders
-- Units the orders wait for.
select order_id, sku, line_no, quantity
from backorders
where order_id >= %(first)s::uuid and order_id <= %(last)s::uuid
    and (%(subjects)s::uuid[] is null or order_id = any(%(subjects)s::uuid[]))
order by order_id;

-- name: movements
-- The stock that the subjects moved.
select subject, sku, warehouse, pool, lot, bin, quantity, kind, n
from movements
where subject >= %(first)s::uuid and subject <= %(last)s::uuid
    and (%(subjects)s::uuid[] is null or subject = any(%(subjects)s::uuid[]))
order by subject;

-- name: accounts
-- The accounts among the subjects, with what stands beside them.
select
    subject, account, currency, limit_minor,
    (select coalesce(sum(amount_minor), 0) from account_moves where account_moves.account = accounts.account)::bigint,
    (select coalesce(sum(amount_minor), 0) from grants where grants.account = accounts.account)::bigint
from accounts
where subject >= %(first)s::uuid and subject <= %(last)s::uuid
    and (%(subjects)s::uuid[] is null or subject = any(%(subjects)s::uuid[]))
order by subject;

-- name: approvals
-- The approvals among the subjects, with the columns that stand beside them.
select
    approval_id, body, subject, kind, channel, state, n, asked_by, asked_at, due_at, decided_at,
    (
        select coalesce(array_agg(approval_asked.kind || ':' || approval_asked.name), array[]::text[])
        from approval_asked
        where approval_asked.approval_id = approvals.approval_id
    )
from approvals
where approval_id >= %(first)s::uuid and approval_id <= %(last)s::uuid
    and (%(subjects)s::uuid[] is null or approval_id = any(%(subjects)s::uuid[]))
order by approval_id;

-- name: records
-- The records of own types among the subjects.
select record_id, type, record_no, n, title, state
from records
where record_id >= %(first)s::uuid and record_id <= %(last)s::uuid
    and (%(subjects)s::uuid[] is null or record_id = any(%(subjects)s::uuid[]))
order by record_id;

-- name: errands
-- The errands among the subjects.
select errand_id, n, state
from errands
where errand_id >= %(first)s::uuid and errand_id <= %(last)s::uuid
    and (%(subjects)s::uuid[] is null or errand_id = any(%(subjects)s::uuid[]))
order by errand_id;

-- name: flow_runs
-- The runs of flows that the subjects were in.
select subject, run_id, flow, version, state, steps, nodes, waits, due_at, parent, of
from flow_runs
where subject >= %(first)s::uuid and subject <= %(last)s::uuid
    and (%(subjects)s::uuid[] is null or subject = any(%(subjects)s::uuid[]))
order by subject;
