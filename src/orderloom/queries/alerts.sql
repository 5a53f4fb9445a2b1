-- name: standing
-- Figures that are beyond their alert's bound now, the oldest first.
select alert, key, since, told_at, value from alert_states order by since, alert, key limit %(count)s::int;
