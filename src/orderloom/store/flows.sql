-- name: save
-- Runs as they stand now.
insert into flow_runs (
    run_id, subject, flow, version, state, steps, nodes, waits, due_at, parent, of, started_at, changed_at
)
select
    run_id, subject, flow, version, state, steps, string_to_array(nodes, ','), string_to_array(waits, ','), due_at,
    parent, of, %(at)s::timestamptz, %(at)s::timestamptz
from unnest(
    %(run_ids)s::uuid[], %(subjects)s::uuid[], %(flows)s::text[], %(versions)s::int[], %(states)s::text[],
    %(steps)s::int[], %(nodes)s::text[], %(waits)s::text[], %(due_ats)s::timestamptz[], %(parents)s::uuid[],
    %(ofs)s::text[]
) as new (run_id, subject, flow, version, state, steps, nodes, waits, due_at, parent, of)
order by run_id
on conflict (run_id) do update
set version = excluded.version, state = excluded.state, steps = excluded.steps, nodes = excluded.nodes,
    waits = excluded.waits, due_at = excluded.due_at, changed_at = excluded.changed_at;

-- name: subjects_of
-- What these runs are about.
select run_id, of, subject
from flow_runs
where run_id = any(%(run_ids)s::uuid[]);

-- name: waiting_by_version
-- How many runs of a flow wait, by version.
select version, count(*)::int
from flow_runs
where flow = %(flow)s::text and state = 'waiting'
group by version
order by version;

-- name: sample
-- Some of the waiting runs of each of these versions of a flow.
select found.run_id, found.of, found.subject, found.version
from unnest(%(versions)s::int[]) as wanted (version)
cross join lateral (
    select run_id, of, subject, version
    from flow_runs
    where flow = %(flow)s::text and version = wanted.version and state = 'waiting'
    limit %(count)s::int
) as found
order by found.run_id;

-- name: waiting_elsewhere
-- Waiting runs of a flow that go by another version, by run, after one.
select run_id, of, subject, version
from flow_runs
where flow = %(flow)s::text and state = 'waiting' and version <> %(besides)s::int and run_id > %(after)s::uuid
order by run_id
limit %(count)s::int;

-- name: said
-- What these subjects said, in order.
select subject, body::text
from log
where subject = any(%(subjects)s::uuid[])
order by subject, n;

-- name: waiting_on
-- Those of the orders on which a run of the flow waits.
select distinct subject
from flow_runs
where subject = any(%(order_ids)s::uuid[]) and flow = %(flow)s::text and state = 'waiting';

-- name: begin_schedules
-- Schedules that are new begin now.
insert into flow_schedules (flow, trigger, done_until)
select flow, trigger, %(now)s::timestamptz
from unnest(%(flows)s::text[], %(triggers)s::text[]) as new (flow, trigger)
on conflict (flow, trigger) do nothing;

-- name: schedules
-- How far these schedules were carried out.
select flow, trigger, done_until, after
from flow_schedules
join unnest(%(flows)s::text[], %(triggers)s::text[]) as wanted (flow, trigger) using (flow, trigger)
order by flow, trigger;

-- name: move_schedule
-- A schedule goes on, unless another process was faster.
update flow_schedules
set done_until = %(until)s::timestamptz, after = %(after)s::uuid
where flow = %(flow)s::text and trigger = %(trigger)s::text and done_until = %(was_until)s::timestamptz
    and after is not distinct from %(was_after)s::uuid;

-- name: open_orders
-- Orders that are still under way, by id, after one.
select order_id
from orders
where order_id > %(after)s::uuid and not cancelled and stage <> 'delivered'
order by order_id
limit %(count)s::int;
