-- name: claim
-- Take the turn of looking at these alerts; those that another worker looked at since `before` are not returned.
insert into alert_looks (alert, looked_at)
select alert, %(now)s::timestamptz from unnest(%(alerts)s::text[]) as wanted (alert)
order by alert
on conflict (alert) do update
set looked_at = excluded.looked_at
where alert_looks.looked_at <= %(before)s::timestamptz
returning alert;

-- name: lock
-- The groups of an alert that are beyond its bound, locked in key order.
select key, since, told_at from alert_states where alert = %(alert)s::text order by key for update;

-- name: keep
-- Groups that are beyond the bound, since when, and when it was told.
insert into alert_states (alert, key, since, told_at, value)
select %(alert)s::text, key, since, told_at, value
from unnest(%(keys)s::text[], %(sinces)s::timestamptz[], %(told_ats)s::timestamptz[], %(values)s::float8[])
    as new (key, since, told_at, value)
on conflict (alert, key) do update
set since = excluded.since, told_at = excluded.told_at, value = excluded.value;

-- name: clear
-- Groups that are within the bound again.
delete from alert_states where alert = %(alert)s::text and not key = any(%(keys)s::text[]);

-- name: forget
-- Alerts that are in force no longer.
delete from alert_states where not alert = any(%(alerts)s::text[]);
