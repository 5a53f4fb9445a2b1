-- name: health
-- Of each channel: its last message, how many came and wait, how far it is caught up, and the last run.
select channels.channel, coalesce(channels.data ->> 'name', ''), coalesce(channels.data ->> 'platform', ''),
    coalesce(channels.data ->> 'paused', 'false') = 'true', came.last_at, coalesce(came.messages, 0),
    coalesce(waits.messages, 0), channel_accounts.connector, channel_states.caught_up_to, channel_states.due_at,
    coalesce(channel_states.failures, 0), coalesce(channel_states.problem, ''), last_run.finished_at,
    coalesce(last_run.listed, 0), coalesce(last_run.missed, 0),
    coalesce(channels.data -> 'transport' ->> 'signature', ''), coalesce(unsigned.refused, 0), unsigned.last_at,
    coalesce(came.quarantined_of_a_day, 0), coalesce(came.messages_of_all, 0), coalesce(came.quarantined_of_all, 0),
    took.seconds
from channels
left join (
    select channel, max(received_at) as last_at, count(*) filter (where received_at >= %(day_ago)s::timestamptz) as messages,
        count(*) filter (
            where received_at >= %(day_ago)s::timestamptz and state in ('quarantined', 'sent_again', 'discarded')
                and split_part(coalesce(reason ->> 'code', ''), '.', 1) <> all(%(told)s::text[])
        ) as quarantined_of_a_day,
        count(*) as messages_of_all,
        count(*) filter (
            where state in ('quarantined', 'sent_again', 'discarded')
                and split_part(coalesce(reason ->> 'code', ''), '.', 1) <> all(%(told)s::text[])
        ) as quarantined_of_all
    from messages
    where received_at >= %(since)s::timestamptz
    group by channel
) as came on came.channel = channels.channel
left join (
    select channel, count(*) as messages
    from messages
    where state = 'quarantined'
    group by channel
) as waits on waits.channel = channels.channel
left join (
    select channel, max(last_at) as last_at,
        coalesce(sum(refused) filter (where hour > %(day_ago)s::timestamptz), 0)::bigint as refused
    from push_refusals
    group by channel
) as unsigned on unsigned.channel = channels.channel
left join (
    select messages.channel, percentile_cont(0.5) within group (
            order by greatest(0, extract(epoch from messages.received_at - orders.placed_at))
        )::bigint as seconds
    from messages
    join orders on orders.order_id = messages.order_id
    where messages.received_at >= %(day_ago)s::timestamptz and messages.became = 'order'
        and messages.import_id is null
    group by messages.channel
) as took on took.channel = channels.channel
left join channel_accounts on channel_accounts.channel = channels.channel
left join channel_states on channel_states.channel = channels.channel
left join lateral (
    select finished_at, listed, missed
    from catch_ups
    where catch_ups.channel = channels.channel
    order by started_at desc
    limit 1
) as last_run on true
where (%(scope_channels)s::text[] is null or channels.channel = any(%(scope_channels)s::text[]))
    and %(scope_warehouses)s::text[] is null
    and %(scope_owners)s::text[] is null
order by channels.channel;

-- name: runs
-- The last runs of catching up with a channel, the newest first.
select run_id, channel, since, until, started_at, finished_at, listed, known, missed, refused, problem
from catch_ups
where channel = %(channel)s::text
    and {{viewer.channel_in_scope}}
order by started_at desc
limit %(count)s::int;
