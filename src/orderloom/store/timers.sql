-- name: copy_timers
-- What is to be asked again at a time.
-- ddl
copy timers (due_at, timer_id, kind, subject, data) from stdin (format binary)

-- name: due
-- Timers that are due, the oldest first. Who carries one out takes it away in the same transaction.
select due_at, timer_id, kind, subject, data
from timers
where due_at <= %(now)s::timestamptz and kind = any(%(kinds)s::text[])
order by due_at, timer_id
limit %(count)s::int;

-- name: take
-- Take these timers away, except those another transaction is at: what follows from them commits with this.
delete from timers
where (due_at, timer_id) in (
    select timers.due_at, timers.timer_id
    from timers
    join unnest(%(due_ats)s::timestamptz[], %(timer_ids)s::uuid[]) as asked (due_at, timer_id)
        on timers.due_at = asked.due_at and timers.timer_id = asked.timer_id
    for update of timers skip locked
)
returning timer_id;
