-- name: sealed
-- Persons in their last version; an erased one has no seal.
select distinct on (person) person, sealed
from persons
where person = any(%(persons)s::uuid[])
order by person, version desc;
