-- name: copy_outbox
-- What is to leave the house.
-- ddl
copy outbox (outbox_id, topic, subject, number, key, payload, due_at) from stdin (format binary)

-- name: wake
-- Tell the loops that something waits.
select pg_notify('outbox', current_schema());

-- name: claim
-- Take due rows until a time: of each topic and subject only the oldest that is not done, so that order holds
-- and a dead row blocks what comes after it. `among` says whether the topics are those meant or those not meant.
with due as (
    select outbox_id
    from outbox
    where state = 'waiting' and due_at <= %(now)s::timestamptz
        and (claimed_until is null or claimed_until <= %(now)s::timestamptz)
        and (topic = any(%(topics)s::text[])) = %(among)s::bool
        and not exists (
            select 1
            from outbox as older
            where older.topic = outbox.topic and older.subject = outbox.subject and older.state in ('waiting', 'dead')
                and (older.number, older.outbox_id) < (outbox.number, outbox.outbox_id)
        )
    order by due_at
    limit %(count)s::int
    for update skip locked
)

update outbox
set claimed_until = %(until)s::timestamptz, attempts = attempts + 1
from due
where outbox.outbox_id = due.outbox_id
returning outbox.outbox_id, topic, subject, number, key, payload, attempts;

-- name: settle
-- What became of claimed rows. Who lost a claim by its end settles nothing: the end of the claim must be the same.
update outbox
set state = new.state, result = new.result, due_at = new.due_at, done_at = new.done_at, claimed_until = null
from unnest(
    %(outbox_ids)s::uuid[], %(states)s::text[], %(results)s::json[], %(due_ats)s::timestamptz[],
    %(done_ats)s::timestamptz[]
) as new (outbox_id, state, result, due_at, done_at)
where outbox.outbox_id = new.outbox_id and outbox.state = 'waiting' and claimed_until = %(until)s::timestamptz
returning outbox.outbox_id;

-- name: requeue
-- Let dead rows be tried anew from the first attempt.
update outbox
set state = 'waiting', attempts = 0, claimed_until = null, due_at = %(now)s::timestamptz, result = %(result)s::json
where outbox_id = any(%(outbox_ids)s::uuid[]) and state = 'dead'
returning outbox_id;

-- name: give_up
-- Close dead rows for good: what waits behind them goes on.
update outbox
set state = 'given_up', done_at = %(now)s::timestamptz, result = %(result)s::json
where outbox_id = any(%(outbox_ids)s::uuid[]) and state = 'dead'
returning outbox_id;

-- name: forget
-- Delete a bounded number of closed rows older than an id.
delete from outbox
where outbox_id in (
    select outbox_id
    from outbox
    where outbox_id < %(before)s::uuid and state in ('done', 'given_up')
    order by outbox_id
    limit %(count)s::int
);

-- name: insert_notices
-- Tell people of the house; told twice is told once.
insert into notices (notice_id, topic, subject, audience, payload, at)
select notice_id, topic, subject, audience, payload, %(now)s::timestamptz
from unnest(
    %(notice_ids)s::uuid[], %(topics)s::text[], %(subjects)s::text[], %(audiences)s::text[], %(payloads)s::json[]
) as new (notice_id, topic, subject, audience, payload)
on conflict (notice_id) do nothing;
