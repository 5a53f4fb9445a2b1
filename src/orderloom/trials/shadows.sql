-- name: placings
-- The first entries of these orders, with what the rules were asked.
select log.xid, log.kind, log.subject, log.n, log.recorded_at, log.body, inputs.shape_id, inputs.body
from log
left join inputs on inputs.subject = log.subject and inputs.n = log.n and inputs.recorded_at = log.recorded_at
where log.subject = any(%(subjects)s::uuid[]) and log.n = 1
order by log.xid, log.i;
