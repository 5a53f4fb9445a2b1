-- name: page
-- Runs of flows that outlived their transaction, the newest first: those of orders in scope, and what is about no order
-- for whoever sees everything. Never prepared.
select
    flow_runs.run_id, orders.order_id, coalesce(orders.order_no, ''), flow_runs.flow, flow_runs.version, flow_runs.state,
    flow_runs.steps, flow_runs.nodes, flow_runs.waits, flow_runs.due_at, flow_runs.parent, flow_runs.started_at,
    flow_runs.changed_at, flow_runs.of, flow_runs.subject, coalesce(records.record_no, '')
from flow_runs
left join orders on flow_runs.of = 'order' and orders.order_id = flow_runs.subject
left join records on flow_runs.of = 'record' and records.record_id = flow_runs.subject
where (%(run_id)s::uuid is null or flow_runs.run_id = %(run_id)s::uuid)
    and (%(flow)s::text is null or flow_runs.flow = %(flow)s::text)
    and (%(state)s::text is null or flow_runs.state = %(state)s::text)
    and (%(order_no)s::text is null or %(order_no)s::text in (orders.order_no, records.record_no))
    and (
        %(after_at)s::timestamptz is null
        or (flow_runs.changed_at, flow_runs.run_id) < (%(after_at)s::timestamptz, %(after_id)s::uuid)
    )
    and {{viewer.order_in_scope}}
order by flow_runs.changed_at desc, flow_runs.run_id desc
limit %(count)s::int;

-- name: standing
-- How many waiting runs of a flow stand at each node, by version, those of orders in scope.
select
    flow_runs.version, stands.node, count(*)::int, min(flow_runs.changed_at), min(flow_runs.due_at)
from flow_runs
cross join lateral (select distinct unnest(flow_runs.nodes) as node) as stands
left join orders on flow_runs.of = 'order' and orders.order_id = flow_runs.subject
where flow_runs.flow = %(flow)s::text and flow_runs.state = 'waiting'
    and {{viewer.order_in_scope}}
group by flow_runs.version, stands.node
order by flow_runs.version desc, count(*) desc, stands.node
limit %(rows_max)s::int;

-- name: elsewhere
-- Waiting runs of a flow that go by another version, by run, after one, those of orders in scope.
select
    flow_runs.run_id, flow_runs.subject, coalesce(orders.order_no, records.record_no, ''), flow_runs.version
from flow_runs
left join orders on flow_runs.of = 'order' and orders.order_id = flow_runs.subject
left join records on flow_runs.of = 'record' and records.record_id = flow_runs.subject
where flow_runs.flow = %(flow)s::text and flow_runs.state = 'waiting' and flow_runs.version <> %(besides)s::int
    and flow_runs.run_id > %(after)s::uuid
    and {{viewer.order_in_scope}}
order by flow_runs.run_id
limit %(count)s::int;

-- name: entries
-- What some subjects said, by subject and in order.
select subject, recorded_at, body::text
from log
where subject = any(%(subjects)s::uuid[])
order by subject, n;
