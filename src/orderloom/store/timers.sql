-- name: copy_timers
-- What is to be asked again at a time.
-- ddl
copy timers (due_at, timer_id, kind, subject, data) from stdin (format binary)

-- name: claim_due
-- Timers that are due, taken away: what follows from them commits with this.
delete from timers
where (due_at, timer_id) in (
    select due_at, timer_id
    from timers
    where due_at <= %(now)s::timestamptz
    order by due_at, timer_id
    limit %(count)s::int
    for update skip locked
)
returning due_at, timer_id, kind, subject, data;
