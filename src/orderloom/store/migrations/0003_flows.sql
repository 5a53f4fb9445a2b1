-- Runs of flows that outlived the transaction they began in: how they are found again. A run's whole state stands with
-- its order, which is locked and loaded whenever something happens to it; these rows are for lists and for outsiders
-- who know a run by its id.
create table flow_runs (
    run_id uuid primary key,
    order_id uuid not null,
    flow text not null,
    version integer not null,
    state text not null,
    steps integer not null,
    nodes text[] not null, -- Where its branches stand.
    waits text[] not null, -- What they wait for: time, event <name>, approval, answer, flow.
    due_at timestamptz, -- The earliest time that it waits for.
    parent uuid,
    started_at timestamptz not null,
    changed_at timestamptz not null
) with (fillfactor = 80);
create index flow_runs_order on flow_runs (order_id);
create index flow_runs_listed on flow_runs (changed_at desc, run_id desc);
create index flow_runs_open on flow_runs (flow, version) where state = 'waiting';
create index flow_runs_failed on flow_runs (changed_at desc) where state = 'failed';

-- How far each scheduled trigger of a flow has been carried out: until when, and in a round that is under way the last
-- order that was asked.
create table flow_schedules (
    flow text not null,
    trigger text not null,
    done_until timestamptz not null,
    after uuid,
    primary key (flow, trigger)
);
