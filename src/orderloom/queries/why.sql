-- name: rules_at
-- Rule documents as they were in force at a revision: of each the newest version by then, unless it was retired.
select distinct on (name) name, version, content, retired_at
from documents
where kind = 'rules' and published_at is not null and revision <= %(revision)s::int
order by name, version desc;

-- name: channels_at
-- Channel documents as they were in force at a revision: their checks are rules too.
select distinct on (name) name, version, content
from documents
where kind = 'channel' and published_at is not null and revision <= %(revision)s::int
order by name, version desc;

-- name: inputs
-- What the rules were asked for an order, by entry, with the names of the values.
select inputs.n, inputs.revision, input_shapes.names, inputs.body
from inputs
join input_shapes using (shape_id)
where inputs.subject = %(subject)s::uuid
order by inputs.n;
