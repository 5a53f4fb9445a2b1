-- People who sign in. `login` is in lower case; `password` is argon2's own text, empty for who signs in otherwise.
create table users (
    user_id uuid primary key,
    login text not null unique,
    email text not null,
    name text not null,
    locale text not null default '',
    password text not null default '',
    created_at timestamptz not null
);
create unique index users_email on users (email) where email <> '';

-- What a user is in a workspace: the names of roles, and for a dealer the customer that it is. Who is disabled there
-- keeps the rest.
create table memberships (
    user_id uuid not null references users (user_id) on delete cascade,
    workspace text not null references workspaces (name) on delete cascade,
    roles text[] not null,
    customer_no text not null default '',
    since timestamptz not null,
    disabled_at timestamptz,
    primary key (user_id, workspace)
);
create index memberships_workspace on memberships (workspace, user_id);

-- Who is signed in: `hash` is SHA-256 of the cookie's text, which is kept nowhere.
create table sessions (
    session_id uuid primary key,
    hash bytea not null unique,
    user_id uuid not null references users (user_id) on delete cascade,
    workspace text not null references workspaces (name) on delete cascade,
    way text not null,
    address text not null,
    agent text not null,
    created_at timestamptz not null,
    seen_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz
);
create index sessions_user on sessions (user_id, created_at);
create index sessions_expired on sessions (expires_at);

-- Links that let somebody in once to choose a password: a new user's, or one that was reset.
create table welcomes (
    hash bytea primary key,
    user_id uuid not null references users (user_id) on delete cascade,
    workspace text not null references workspaces (name) on delete cascade,
    made_by text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
create index welcomes_user on welcomes (user_id);

-- Failed attempts to sign in, by login and by address, within a window from `since` on.
create table sign_in_tries (
    subject text primary key,
    since timestamptz not null,
    tries integer not null
);
create index sign_in_tries_since on sign_in_tries (since);
