-- Approvals: the fold of their events. `body` is the approval whole; the columns beside it serve the lists.
create table approvals (
    approval_id uuid primary key,
    subject text not null, -- What it is about: "order:<id>", "account:<name>", "run:<id>".
    kind text not null, -- What it grants.
    channel text not null, -- Of the order it is about; empty where it is about none.
    state text not null,
    n integer not null,
    asked_by text not null,
    asked_at timestamptz not null,
    due_at timestamptz,
    decided_at timestamptz,
    body text not null
) with (fillfactor = 80);
create index approvals_subject on approvals (subject, asked_at);
create index approvals_asked_at on approvals (asked_at, approval_id);
create index approvals_open on approvals (asked_at, approval_id) where state = 'open';

-- Whose inbox an open approval stands in: roles and persons of the level whose turn it is.
create table approval_asked (
    kind text not null, -- "role" or "person".
    name text not null,
    approval_id uuid not null,
    primary key (kind, name, approval_id)
);
create index approval_asked_approval on approval_asked (approval_id);

-- Breakers: what is stopped for a customer, SKU, channel or carrier, by whom, until when. Open ones are part of the
-- reference data: whoever trips or lifts one raises its version.
create table breakers (
    breaker_id uuid primary key,
    kind text not null,
    name text not null,
    reason text not null,
    owner text not null,
    tripped_by text not null,
    tripped_at timestamptz not null,
    until timestamptz,
    lifted_at timestamptz,
    lifted_by text
);
create unique index breakers_open on breakers (kind, name) where lifted_at is null;
create index breakers_tripped on breakers (tripped_at, breaker_id);

-- What failed lately, of those kinds that a setting counts, for as long as it counts them.
create table failures (
    failure_id uuid primary key,
    what text not null,
    kind text not null,
    name text not null,
    at timestamptz not null
);
create index failures_counted on failures (what, kind, name, at);
create index failures_at on failures (at);
