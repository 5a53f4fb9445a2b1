-- name: by_numbers
-- Records of a type by their numbers.
select record_id, record_no, title, created_at, changed_at, state
from records
where record_no = any(%(record_nos)s::text[]) and type = %(type)s::text;

-- name: by_ids
-- Records by their ids.
select record_id, record_no, title, created_at, changed_at, state
from records
where record_id = any(%(record_ids)s::uuid[]);

-- name: outside
-- Which of these records are linked to an order, or to a customer, that is not in the viewer's scope.
select distinct record_links.record_id
from record_links
where record_links.record_id = any(%(record_ids)s::uuid[])
    and (
        (
            record_links.target like 'order/%%'
            and not exists (
                select 1
                from orders
                where orders.order_no = substr(record_links.target, 7)
                    and {{viewer.order_in_scope}}
            )
        )
        or (
            record_links.target like 'customer/%%'
            and %(scope_owners)s::text[] is not null
            and not exists (
                select 1
                from customers
                where customers.customer_no = substr(record_links.target, 10)
                    and customers.reached_by && %(scope_owners)s::text[]
            )
        )
    );

-- name: linked
-- Records that are linked to something, the newest first.
select records.record_id, records.record_no, records.title, records.created_at, records.changed_at, records.state
from record_links
join records using (record_id)
where record_links.target = %(target)s::text
    and (%(type)s::text is null or records.type = %(type)s::text)
order by records.record_id desc
limit %(count)s::int;

-- name: counted
-- How many values lie in a range, as far as it is worth counting.
select count(*)
from (
    select
    from facets
    where field = %(field)s::text and value >= %(low)s::text and value <= %(high)s::text
    limit %(most)s::int
) as counting;

-- name: spread
-- About how many records there are, as the server last counted them.
select greatest(reltuples, 0)::bigint from pg_class where oid = 'records'::regclass;

-- The list by filters is put together of the pieces below. A probe looks one index entry up for a record; `offset 0` keeps
-- the planner from turning it into a join of all values. A set reads all records that a filter leaves in
-- one go; within `case` it stays a hash table and is turned into no join either.

-- name: probe
-- Whether the record has such a value.
-- ddl
and exists (
    select from facets as probed
    where probed.subject = found.subject and probed.field = {field} and {within}
    offset 0
)

-- name: set
-- Whether the record is among those that have such a value.
-- ddl
and case
    when found.subject in (select probed.subject from facets as probed where probed.field = {field} and {within})
    then true
    else false
end

-- name: within_range
-- ddl
{table}.value >= {low} and {table}.value <= {high}

-- name: within_values
-- ddl
{table}.value = any({values}::text[])

-- name: walk_down
-- Walk the values of the sorted field from the last on and take the records that fit.
-- ddl
with found as (
    select value, subject
    from facets
    where field = {sort} and value >= {low} and (value, subject) < ({after_value}, {after_id})
    order by value desc, subject desc
    limit {walked}
)

select value, subject
from found
where true {probes}
order by value desc, subject desc
limit {count}

-- name: walk_up
-- Walk the values of the sorted field from the first on and take the records that fit.
-- ddl
with found as (
    select value, subject
    from facets
    where field = {sort} and value <= {high} and (value, subject) > ({after_value}, {after_id})
    order by value, subject
    limit {walked}
)

select value, subject
from found
where true {probes}
order by value, subject
limit {count}

-- name: end_down
-- Where a walk ended that found less than a page.
-- ddl
select value, subject
from facets
where field = {sort} and value >= {low} and (value, subject) < ({after_value}, {after_id})
order by value desc, subject desc
offset {walked} - 1
limit 1

-- name: end_up
-- Where a walk ended that found less than a page.
-- ddl
select value, subject
from facets
where field = {sort} and value <= {high} and (value, subject) > ({after_value}, {after_id})
order by value, subject
offset {walked} - 1
limit 1

-- name: gather_down
-- Take the records that one filter leaves, see which the others leave, and sort these.
-- ddl
with found as materialized (
    select found.subject
    from facets as found
    where found.field = {field} and {within} {probes}
    group by found.subject
)

select sorted.value, sorted.subject
from found
cross join lateral (
    select facets.value, facets.subject from facets where facets.subject = found.subject and facets.field = {sort} offset 0
) as sorted
where (sorted.value, sorted.subject) < ({after_value}, {after_id})
order by sorted.value desc, sorted.subject desc
limit {count}

-- name: gather_up
-- The same, the first values first.
-- ddl
with found as materialized (
    select found.subject
    from facets as found
    where found.field = {field} and {within} {probes}
    group by found.subject
)

select sorted.value, sorted.subject
from found
cross join lateral (
    select facets.value, facets.subject from facets where facets.subject = found.subject and facets.field = {sort} offset 0
) as sorted
where (sorted.value, sorted.subject) > ({after_value}, {after_id})
order by sorted.value, sorted.subject
limit {count}

-- name: gather_newest
-- The same in the order of creation, which the records' ids have by themselves.
-- ddl
select '' as value, found.subject
from facets as found
where found.field = {field} and {within} and found.subject < {after_id} {probes}
group by found.subject
order by found.subject desc
limit {count}

-- name: gather_oldest
-- The same, the oldest first.
-- ddl
select '' as value, found.subject
from facets as found
where found.field = {field} and {within} and found.subject > {after_id} {probes}
group by found.subject
order by found.subject
limit {count}
