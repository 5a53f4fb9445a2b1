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
set state = new.state, result = new.result, due_at = new.due_at, done_at = new.done_at, claimed_until = null,
    attempts = outbox.attempts - new.uncounted
from unnest(
    %(outbox_ids)s::uuid[], %(states)s::text[], %(results)s::json[], %(due_ats)s::timestamptz[],
    %(done_ats)s::timestamptz[], %(uncounteds)s::int[]
) as new (outbox_id, state, result, due_at, done_at, uncounted)
where outbox.outbox_id = new.outbox_id and outbox.state = 'waiting' and claimed_until = %(until)s::timestamptz
returning outbox.outbox_id;

-- name: dead
-- Those of these rows that are dead.
select outbox_id, topic, subject, number, key, payload, attempts
from outbox
where outbox_id = any(%(outbox_ids)s::uuid[]) and state = 'dead'
order by outbox_id;

-- name: requeue
-- Let dead rows be tried anew from the first attempt.
update outbox
set state = 'waiting', attempts = 0, claimed_until = null, due_at = %(now)s::timestamptz, result = %(result)s::json
where outbox_id = any(%(outbox_ids)s::uuid[]) and state = 'dead'
returning outbox_id;

-- name: requeue_messages
-- Let dead rows of a messenger be tried anew from the first attempt, the oldest first.
update outbox
set state = 'waiting', attempts = 0, claimed_until = null, due_at = %(now)s::timestamptz, result = %(result)s::json
where outbox_id in (
    select outbox_id
    from outbox
    where topic = 'messenger' and payload ->> 'messenger' = %(name)s::text and state = 'dead'
    order by outbox_id
    limit %(count)s::int
);

-- name: replay_webhook
-- Let rows of a webhook be handed over anew: those named, or the dead ones written since a time, the oldest first.
update outbox
set state = 'waiting', attempts = 0, claimed_until = null, due_at = %(now)s::timestamptz, result = %(result)s::json,
    done_at = null
where outbox_id in (
    select outbox_id
    from outbox
    where topic = 'webhook' and payload ->> 'webhook' = %(name)s::text
        and case
            when %(outbox_ids)s::uuid[] is null then state = 'dead' and outbox_id >= %(since)s::uuid
            else state <> 'waiting' and outbox_id = any(%(outbox_ids)s::uuid[])
        end
    order by outbox_id
    limit %(count)s::int
);

-- name: give_up
-- Close dead rows for good: what waits behind them goes on.
update outbox
set state = 'given_up', done_at = %(now)s::timestamptz, result = %(result)s::json
where outbox_id = any(%(outbox_ids)s::uuid[]) and state = 'dead'
returning outbox_id;

-- name: forget
-- Delete a bounded number of closed rows older than an id; of one topic, or of all.
delete from outbox
where outbox_id in (
    select outbox_id
    from outbox
    where outbox_id < %(before)s::uuid and state in ('done', 'given_up')
        and (%(topic)s::text is null or topic = %(topic)s::text)
    order by outbox_id
    limit %(count)s::int
);

-- name: insert_once
-- What is to leave, where a repeated writing must not write twice: the ids are made of what asked for them.
insert into outbox (outbox_id, topic, subject, number, key, payload, due_at)
select outbox_id, topic, subject, number, key, payload, due_at
from unnest(
    %(outbox_ids)s::uuid[], %(topics)s::text[], %(subjects)s::text[], %(numbers)s::bigint[], %(keys)s::text[],
    %(payloads)s::json[], %(due_ats)s::timestamptz[]
) as new (outbox_id, topic, subject, number, key, payload, due_at)
on conflict (outbox_id) do nothing;
