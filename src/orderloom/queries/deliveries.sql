-- name: of_webhook
-- What was handed over to a webhook, or waits to be, the newest first.
select outbox_id, key, state, attempts, due_at, done_at, result, payload
from outbox
where topic = 'webhook' and payload ->> 'webhook' = %(name)s::text
    and (%(states)s::text[] is null or state = any(%(states)s::text[]))
    and (%(after)s::uuid is null or outbox_id < %(after)s::uuid)
order by outbox_id desc
limit %(count)s::int;

-- name: of_messenger
-- What was handed over to a messenger, or waits to be, the newest first.
select outbox_id, key, state, attempts, due_at, done_at, result, payload
from outbox
where topic = 'messenger' and payload ->> 'messenger' = %(name)s::text
    and (%(states)s::text[] is null or state = any(%(states)s::text[]))
    and (%(after)s::uuid is null or outbox_id < %(after)s::uuid)
order by outbox_id desc
limit %(count)s::int;

-- name: counts
-- How many rows of each partner stand how, and since when the webhooks that fail do.
select partner, state, count(*)::bigint, min(failing_since)
from (
    select coalesce(payload ->> 'webhook', payload ->> 'messenger') as partner, state
    from outbox
    where topic = %(topic)s::text and state in ('waiting', 'dead')
) as rows
left join webhook_states on webhook_states.webhook = rows.partner and %(topic)s::text = 'webhook'
group by partner, state;
