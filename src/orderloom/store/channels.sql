-- name: put_account
-- How a channel's source is reached, from now on.
insert into channel_accounts (channel, connector, sealed, changed_by, changed_at)
values (%(channel)s::text, %(connector)s::text, %(sealed)s::bytea, %(by)s::text, %(at)s::timestamptz)
on conflict (channel) do update
set connector = excluded.connector, sealed = excluded.sealed, changed_by = excluded.changed_by,
    changed_at = excluded.changed_at;

-- name: read_account
-- The connector of a channel's account with its sealed secrets.
select connector, sealed from channel_accounts where channel = %(channel)s::text;

-- name: drop_account
-- A channel's source is reached no longer.
delete from channel_accounts where channel = %(channel)s::text returning channel;

-- name: put_signature
-- What a channel's platform signs with, from now on.
insert into channel_signatures (channel, sealed, changed_by, changed_at)
values (%(channel)s::text, %(sealed)s::bytea, %(by)s::text, %(at)s::timestamptz)
on conflict (channel) do update
set sealed = excluded.sealed, changed_by = excluded.changed_by, changed_at = excluded.changed_at;

-- name: read_signature
-- What a channel's platform signs with, sealed.
select sealed from channel_signatures where channel = %(channel)s::text;

-- name: drop_signature
-- A channel's platform signs with nothing that is known.
delete from channel_signatures where channel = %(channel)s::text returning channel;

-- name: count_refused
-- One more push of this hour was turned away.
insert into push_refusals (channel, hour, refused, last_at)
values (%(channel)s::text, %(hour)s::timestamptz, 1, %(at)s::timestamptz)
on conflict (channel, hour) do update
set refused = push_refusals.refused + 1, last_at = greatest(push_refusals.last_at, excluded.last_at);

-- name: forget_refused
-- Counts of hours long past.
delete from push_refusals
where (channel, hour) in (
    select channel, hour
    from push_refusals
    where hour < %(before)s::timestamptz
    limit %(count)s::int
);

-- name: reachable
-- Channels with an account whose source is not being asked and is due to be.
select channel_accounts.channel
from channel_accounts
left join channel_states using (channel)
where (channel_states.due_at is null or channel_states.due_at <= %(now)s::timestamptz)
    and (channel_states.claimed_until is null or channel_states.claimed_until <= %(now)s::timestamptz)
order by channel_accounts.channel;

-- name: claim
-- Take a channel to be caught up with, unless someone has it; where it has been caught up to.
insert into channel_states (channel, due_at, claimed_until)
values (%(channel)s::text, %(now)s::timestamptz, %(until)s::timestamptz)
on conflict (channel) do update
set claimed_until = excluded.claimed_until
where channel_states.claimed_until is null or channel_states.claimed_until <= %(now)s::timestamptz
returning caught_up_to, failures;

-- name: hasten
-- Make a channel due.
insert into channel_states (channel, due_at)
values (%(channel)s::text, %(now)s::timestamptz)
on conflict (channel) do update
set due_at = least(channel_states.due_at, excluded.due_at);

-- name: advance
-- A piece of the source's list is in the house.
update channel_states
set caught_up_to = greatest(caught_up_to, %(caught_up_to)s::timestamptz), claimed_until = %(until)s::timestamptz
where channel = %(channel)s::text;

-- name: release
-- A run has ended: when the next is due, and what went wrong.
update channel_states
set claimed_until = null, due_at = %(due_at)s::timestamptz, failures = %(failures)s::int, problem = %(problem)s::text
where channel = %(channel)s::text;

-- name: insert_run
-- What a run came to.
insert into catch_ups (
    run_id, channel, since, until, started_at, finished_at, listed, known, missed, refused, problem
)
values (
    %(run_id)s::uuid, %(channel)s::text, %(since)s::timestamptz, %(until)s::timestamptz, %(started_at)s::timestamptz,
    %(finished_at)s::timestamptz, %(listed)s::bigint, %(known)s::bigint, %(missed)s::bigint, %(refused)s::bigint,
    %(problem)s::text
);

-- name: read_period
-- Raw messages of a channel in a period, the earliest first, from a place on.
select message_id, channel, external_no, door, received_at, sealed, state, intent, became, order_id, order_n, import_id,
    row_from, row_count, rows_refused, awaits, reason
from messages
where received_at >= %(since)s::timestamptz and received_at < %(until)s::timestamptz
    and channel = %(channel)s::text
    and (received_at, message_id) > (%(after_at)s::timestamptz, %(after_id)s::uuid)
    and state <> 'sent_again'
order by received_at, message_id
limit %(most)s::int;
