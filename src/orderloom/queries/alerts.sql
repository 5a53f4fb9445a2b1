-- name: standing
-- Figures that are beyond their alert's bound now, the oldest first.
select alert, key, since, told_at, value from alert_states order by since, alert, key limit %(count)s::int;

-- name: told
-- When each alert told people last, as far back as notices are kept.
select split_part(subject, '/', 2) as alert, max(at) as told_at
from notices
where starts_with(subject, 'alert/')
group by split_part(subject, '/', 2);
