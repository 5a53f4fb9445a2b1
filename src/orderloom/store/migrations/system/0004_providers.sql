-- Who vouches for people besides us: an OpenID provider, known by its issuer. `secret` is sealed. Who signs in there and
-- is unknown here becomes a member of `workspace` with `roles`, or with none of them is refused.
create table providers (
    name text primary key,
    title text not null,
    issuer text not null,
    client_id text not null,
    secret bytea not null,
    domains text[] not null,
    by_email boolean not null,
    vouches boolean not null,
    private boolean not null,
    workspace text references workspaces (name) on delete set null,
    roles text[] not null,
    created_at timestamptz not null
);

-- Who a user is to an issuer. The subject is the issuer's own, and never another's.
create table identities (
    issuer text not null,
    subject text not null,
    user_id uuid not null references users (user_id) on delete cascade,
    linked_at timestamptz not null,
    primary key (issuer, subject)
);
create index identities_user on identities (user_id);

-- Sign-ins that were begun and wait for their answer: by SHA-256 of the state, bound to the browser by SHA-256 of its
-- cookie; what else is needed is sealed. Each is taken once.
create table sign_in_rounds (
    hash bytea primary key,
    browser bytea not null,
    provider text not null references providers (name) on delete cascade,
    sealed bytea not null,
    expires_at timestamptz not null
);
create index sign_in_rounds_expired on sign_in_rounds (expires_at);

-- Whether a one-time code, or one as good, was shown in this session; `way` stays how it was opened.
alter table sessions add column proven boolean not null default false;
update sessions set proven = true where way = 'code';
