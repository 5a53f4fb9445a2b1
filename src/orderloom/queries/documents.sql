-- name: listing
-- Documents by kind and name, after one if given: the newest version of each, and the draft beside it.
-- A form and a dictionary say what they are called beside their parts; the title of a dictionary is a field's name.
with newest as (
    select distinct on (kind, name) kind, name, version, comment, published_at, published_by, retired_at, content
    from documents
    where %(kind)s::text is null or kind = %(kind)s::text
    order by kind, name, version desc
)
select kind, name, coalesce(newest.version, 0), coalesce(newest.comment, ''), newest.published_at,
    coalesce(newest.published_by, ''), newest.retired_at,
    coalesce(
        case when json_typeof(told.content -> 'title') = 'object' then told.content -> 'title' end,
        told.content -> 'label',
        case when told.content -> 'zh' is not null then
            json_strip_nulls(json_build_object('zh', told.content -> 'zh', 'en', told.content -> 'en'))
        end
    ),
    drafts.edition, drafts.edited_by, drafts.edited_at
from newest
full join (
    select * from document_drafts where %(kind)s::text is null or kind = %(kind)s::text
) as drafts using (kind, name)
cross join lateral (select coalesce(newest.content, drafts.content) as content) as told
where (%(after_kind)s::text is null or (kind, name) > (%(after_kind)s::text, %(after_name)s::text))
order by kind, name
limit %(count)s::int;

-- name: one
-- A version of a document, the newest unless one is named.
select kind, name, version, content, cases, comment, published_at, published_by, retired_at, revision, retired_by,
    retired_because
from documents
where kind = %(kind)s::text and name = %(name)s::text and (%(version)s::int is null or version = %(version)s::int)
order by version desc
limit 1;

-- name: history
-- The versions of a document without their contents, the newest first.
select version, comment, published_at, published_by, revision, retired_at, retired_by, retired_because
from documents
where kind = %(kind)s::text and name = %(name)s::text and (%(before)s::int is null or version < %(before)s::int)
order by version desc
limit %(count)s::int;
