-- Runs of flows that are about no order: about a record, or about nothing but the workspace. `subject` is the stream in
-- which a run's events stand, `of` says which kind of stream that is.
alter table flow_runs rename column order_id to subject;
alter table flow_runs add column of text not null default 'order';

-- Errands: what a flow does for the workspace. Each is the fold of its events; one without open runs is over.
create table errands (
    errand_id uuid primary key,
    n integer not null,
    state text not null
) with (fillfactor = 85);
