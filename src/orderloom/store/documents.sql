-- name: in_force
-- Every document in force, or those of one kind: of each, its newest version, unless that was retired. The contents of
-- known versions are left out.
with newest as (
    select distinct on (kind, name) kind, name, version, retired_at, content
    from documents
    where %(kind)s::text is null or kind = %(kind)s::text
    order by kind, name, version desc
), known as (
    select kind, name, version
    from unnest(%(known_kinds)s::text[], %(known_names)s::text[], %(known_versions)s::integer[])
        as known (kind, name, version)
)
select newest.kind, newest.name, newest.version, case when known.version is null then newest.content end
from newest
left join known using (kind, name, version)
where newest.retired_at is null
order by newest.kind, newest.name;

-- name: standing
-- The versions in force alone: whether anything was published since they were read.
select kind, name, max(version)
from documents
group by kind, name
having (array_agg(retired_at order by version desc))[1] is null;

-- name: newest
-- The newest version of each of these documents, retired or not.
select wanted.kind, wanted.name, newest.version, newest.published_at, newest.published_by, newest.retired_at
from unnest(%(kinds)s::text[], %(names)s::text[]) as wanted (kind, name)
cross join lateral (
    select version, published_at, published_by, retired_at
    from documents
    where kind = wanted.kind and name = wanted.name
    order by version desc
    limit 1
) as newest;

-- name: versions
-- Single versions of documents with all that belongs to them.
select kind, name, version, content, cases, comment, published_at, published_by, retired_at, revision
from documents
join unnest(%(kinds)s::text[], %(names)s::text[], %(versions)s::int[]) as wanted (kind, name, version)
    using (kind, name, version);

-- name: insert_versions
-- Versions of documents put in force, together in one revision.
insert into documents (kind, name, version, content, cases, comment, published_at, published_by, revision)
select kind, name, version, content, cases, %(comment)s::text, %(at)s::timestamptz, %(by)s::text, %(revision)s::int
from unnest(%(kinds)s::text[], %(names)s::text[], %(versions)s::int[], %(contents)s::json[], %(cases)s::json[])
    as new (kind, name, version, content, cases);

-- name: retire
-- The newest versions of these documents are in force no longer.
update documents
set retired_at = %(at)s::timestamptz, retired_by = %(by)s::text, retired_because = %(because)s::text
from unnest(%(kinds)s::text[], %(names)s::text[], %(versions)s::int[]) as old (kind, name, version)
where documents.kind = old.kind and documents.name = old.name and documents.version = old.version;

-- name: drafts
-- Drafts of these documents.
select kind, name, edition, base_version, content, cases, edited_by, edited_at
from document_drafts
join unnest(%(kinds)s::text[], %(names)s::text[]) as wanted (kind, name) using (kind, name);

-- name: lock_drafts
-- Drafts of these documents, locked in key order: nobody saves over what is being published.
select kind, name, edition, base_version, content, cases, edited_by, edited_at
from document_drafts
join unnest(%(kinds)s::text[], %(names)s::text[]) as wanted (kind, name) using (kind, name)
order by kind, name
for update of document_drafts;

-- name: save_drafts
-- Drafts saved, each over the edition it was made from (0: there was none). What is not returned was edited meanwhile.
insert into document_drafts (kind, name, edition, base_version, content, cases, edited_by, edited_at)
select kind, name, edition + 1, base_version, content, cases, %(by)s::text, %(at)s::timestamptz
from unnest(
    %(kinds)s::text[], %(names)s::text[], %(editions)s::int[], %(base_versions)s::int[], %(contents)s::json[],
    %(cases)s::json[]
) as new (kind, name, edition, base_version, content, cases)
order by kind, name
on conflict (kind, name) do update
set edition = excluded.edition, base_version = excluded.base_version, content = excluded.content,
    cases = excluded.cases, edited_by = excluded.edited_by, edited_at = excluded.edited_at
where document_drafts.edition = excluded.edition - 1
returning kind, name, edition;

-- name: drop_drafts
-- Drafts that were published or given up.
delete from document_drafts
using unnest(%(kinds)s::text[], %(names)s::text[]) as wanted (kind, name)
where document_drafts.kind = wanted.kind and document_drafts.name = wanted.name
returning document_drafts.kind, document_drafts.name;
