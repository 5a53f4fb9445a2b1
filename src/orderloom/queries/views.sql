-- name: of_list
-- The views of a list that someone sees: one's own, and those that are shared.
select view_id, list, owner, name, search, shared, changed_at
from views
where list = %(list)s::text and (owner = %(owner)s::text or shared)
order by owner <> %(owner)s::text, name
limit %(count)s::int;
