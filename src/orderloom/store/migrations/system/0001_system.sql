-- What stands above the workspaces. No statement of a workspace's own transaction writes here.

create table workspaces (
    name text primary key,
    title text not null,
    schema text not null unique,
    sandbox_of text references workspaces (name) on delete set null,
    created_at timestamptz not null
);

-- A key is shown once; `hash` is SHA-256 of its secret part, `prefix` is what people see to tell keys apart.
create table api_keys (
    key_id uuid primary key,
    hash bytea not null unique,
    prefix text not null,
    workspace text not null references workspaces (name) on delete cascade,
    name text not null,
    verbs text[] not null,
    scope jsonb not null default '{}',
    created_at timestamptz not null,
    expires_at timestamptz,
    revoked_at timestamptz
);
create index api_keys_workspace on api_keys (workspace, created_at);

-- What each loop of each worker last did: status reads it, nothing decides by it.
create table beats (
    worker text not null,
    loop text not null,
    beat_at timestamptz not null,
    turns bigint not null,
    failures integer not null,
    problem text not null default '',
    primary key (worker, loop)
);

-- Which pieces of the job library's own schema are in this one.
create table job_schema (
    piece text primary key,
    applied_at timestamptz not null
);
