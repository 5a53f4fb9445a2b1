-- Documents get drafts, and each version the revision of the workspace that it came into force with; who retired it,
-- and why, stands beside it.

alter table documents add column revision integer not null default 0;
alter table documents add column retired_by text not null default '';
alter table documents add column retired_because text not null default '';

-- What someone is working on: one draft a document. `edition` rises with every save, so that whoever saves over
-- another's work is told; `base_version` is the version it was begun from, 0 for a new document.
create table document_drafts (
    kind text not null,
    name text not null,
    edition integer not null,
    base_version integer not null,
    content json not null,
    cases json not null,
    edited_by text not null,
    edited_at timestamptz not null,
    primary key (kind, name)
);
