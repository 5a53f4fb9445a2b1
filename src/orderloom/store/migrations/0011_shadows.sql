-- Drafts that decide beside the live documents, without effect: `documents` are their contents as they were when the
-- shadow began, `position` how far it has followed the log.
create table shadows (
    shadow_id uuid primary key,
    documents json not null,
    begun_at timestamptz not null,
    begun_by text not null,
    ended_at timestamptz,
    ended_because text not null default '',
    position bigint not null,
    orders bigint not null default 0,
    changed bigint not null default 0,
    not_comparable bigint not null default 0
);

create table shadow_changes (
    shadow_id uuid not null references shadows on delete cascade,
    order_id uuid not null,
    order_no text not null,
    at timestamptz not null,
    fields json not null,
    primary key (shadow_id, order_id)
);
create index shadow_changes_at on shadow_changes (shadow_id, at desc, order_id desc);
