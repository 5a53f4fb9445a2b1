-- Records of own types, the values that lists are narrowed to, forms' links and submissions, and uploaded files.

-- The fold of each record's events; columns beside `state` are for lists.
create table records (
    record_id uuid primary key,
    type text collate "C" not null,
    record_no text collate "C" not null unique,
    n integer not null,
    title text not null,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    state text not null
) with (fillfactor = 85);
create index records_newest on records (type, record_id desc);

-- What records are linked to: an order, a customer, another record, by its number.
create table record_links (
    target text collate "C" not null,
    name text collate "C" not null,
    record_id uuid not null,
    primary key (target, name, record_id)
);
create index record_links_record on record_links (record_id);

-- Values that only one record may have.
create table record_uniques (
    field text collate "C" not null,
    value text collate "C" not null,
    record_id uuid not null,
    primary key (field, value)
);
create index record_uniques_record on record_uniques (record_id);

-- Values of filterable own fields, as texts in the order of the values (`domain.fields.facets`): one index filters and
-- sorts every type of field. A field without a value has an empty one, so that what is missing can be asked for and
-- sorting loses nobody.
drop table facets;
create table facets (
    field text collate "C" not null,
    value text collate "C" not null,
    subject uuid not null,
    primary key (field, value, subject)
);
create index facets_subject on facets (subject, field) include (value);

-- Ways into a form without a key: a public link, or a dealer's page bound to one customer. Only the token's hash is kept.
create table form_links (
    link_id uuid primary key,
    form text not null,
    kind text not null,
    token_hash bytea not null unique,
    label text not null,
    customer_no text not null,
    created_at timestamptz not null,
    created_by text not null,
    expires_at timestamptz,
    uses_max integer,
    uses integer not null default 0,
    minute timestamptz,
    minute_uses integer not null default 0,
    revoked_at timestamptz
);
create index form_links_form on form_links (form, created_at);

-- Each submission once: what it became stands beside its id and the hash of its body.
create table form_submissions (
    form text not null,
    submission_id text collate "C" not null,
    link_id uuid,
    body_hash bytea not null,
    received_at timestamptz not null,
    subject text not null default '',
    primary key (form, submission_id)
);

-- Uploaded files; the bytes lie in the object store under the id. `origin` says through which door one came, so that a
-- form's submission can only name files that came with it; one that nothing uses is cleaned away.
create table files (
    file_id uuid primary key,
    token_hash bytea not null unique,
    name text not null,
    media_type text not null,
    size_bytes bigint not null,
    sha256 bytea not null,
    origin text not null,
    uploaded_by text not null,
    uploaded_at timestamptz not null,
    used_by text not null default '',
    used_at timestamptz
);
create index files_unused on files (uploaded_at) where used_at is null;
