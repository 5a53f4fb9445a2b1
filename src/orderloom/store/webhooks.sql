-- name: failing
-- Since when nothing has reached these webhooks.
select webhook, failing_since from webhook_states where webhook = any(%(names)s::text[]);

-- name: failed
-- Webhooks that were not reached for the first time.
insert into webhook_states (webhook, failing_since)
select name, %(now)s::timestamptz
from unnest(%(names)s::text[]) as new (name)
order by name
on conflict (webhook) do nothing;

-- name: recovered
-- Webhooks that were reached again.
delete from webhook_states where webhook = any(%(names)s::text[]);
