-- name: insert_facets
-- Values of filterable fields; those that are there already stay.
insert into facets (field, value, subject)
select field, value, subject
from unnest(%(fields)s::text[], %(values)s::text[], %(subjects)s::uuid[]) as new (field, value, subject)
order by field, value, subject
on conflict (field, value, subject) do nothing;

-- name: delete_facets
-- Values that subjects have no longer.
delete from facets
using unnest(%(fields)s::text[], %(values)s::text[], %(subjects)s::uuid[]) as old (field, value, subject)
where facets.field = old.field and facets.value = old.value and facets.subject = old.subject;

-- name: of_subjects
-- All values of these subjects.
select subject, field, value
from facets
where subject = any(%(subjects)s::uuid[]);
