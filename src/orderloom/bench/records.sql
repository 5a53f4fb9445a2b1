-- name: fill_records
-- Records by number, the same for the same number.
insert into records (record_id, type, record_no, n, title, created_at, changed_at, state)
select
    record_id, 'ticket', record_no, 1, 'topic ' || i, %(at)s::timestamptz, %(at)s::timestamptz,
    json_build_object(
        'record_id', record_id, 'of', 'ticket', 'record_no', record_no, 'n', 1, 'title', 'topic ' || i,
        'values', json_build_object('topic', 'topic ' || i, 'claim', i %% 100000)
    )::text
from (
    select
        i, ('00000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid as record_id,
        'TK-' || lpad(i::text, 9, '0') as record_no
    from generate_series(%(first)s::bigint, %(last)s::bigint) as made (i)
) as numbered;

-- name: fill_facets
-- Values of every filterable field, in the order of their index. The dice are hashes of the record's number.
insert into facets (field, value, subject)
select field, value, ('00000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid
from (
    select
        i, abs(hashtext('a' || i)::bigint) as one, abs(hashtext('b' || i)::bigint) as two,
        abs(hashtext('c' || i)::bigint) as three
    from generate_series(%(first)s::bigint, %(last)s::bigint) as made (i)
) as thrown
cross join lateral (
    values
        ('ticket.', ''),
        ('ticket.topic', 'topic ' || i),
        -- One in sixteen is open: work that is done outnumbers work to do.
        ('ticket.status', case when one %% 16 = 0 then 'open' when one %% 16 < 3 then 'waiting' else 'done' end),
        ('ticket.owner', 'C' || lpad((two %% 1000)::text, 6, '0')),
        ('ticket.region', 'R' || lpad((three %% 31)::text, 2, '0')),
        ('ticket.claim', lpad(((one %% 100000) * 1000000 + 5000000000000000000000)::text, 22, '0')),
        ('ticket.due', to_char(date '2025-01-01' + (two %% 730)::int, 'YYYY-MM-DD')),
        ('ticket.tags', 'tag' || (three %% 50)),
        ('ticket.tags', 'tag' || (two %% 50))
) as valued (field, value)
order by field, value, i
on conflict (field, value, subject) do nothing;

-- name: analyze_records
-- ddl
analyze records

-- name: analyze_facets
-- ddl
analyze facets
