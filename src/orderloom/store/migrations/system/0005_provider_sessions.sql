-- How a provider knows a session that it let in: its own id of it, empty where it tells none, and the subject. `leaving`
-- is sealed: what the browser is sent to the provider with when the person signs out here.
create table provider_sessions (
    session_id uuid primary key references sessions (session_id) on delete cascade,
    issuer text not null,
    subject text not null,
    sid text not null,
    leaving bytea not null
);
create index provider_sessions_subject on provider_sessions (issuer, subject);
create index provider_sessions_sid on provider_sessions (issuer, sid) where sid <> '';

-- Logouts that a provider has told of, by SHA-256 of its name and their jti: each is taken once, and forgotten when it
-- would be too old to be taken anyway.
create table logouts (
    hash bytea primary key,
    expires_at timestamptz not null
);
create index logouts_expired on logouts (expires_at);
