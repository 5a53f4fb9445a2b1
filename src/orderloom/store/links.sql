-- name: knock
-- Count a call by a link within its minute; nothing comes back when the minute is full.
-- ddl
update {links}
set minute = %(minute)s::timestamptz,
    minute_uses = case when minute = %(minute)s::timestamptz then minute_uses + 1 else 1 end
where link_id = %(link_id)s::uuid
    and (minute is distinct from %(minute)s::timestamptz or minute_uses < %(most)s::int)
returning link_id;
