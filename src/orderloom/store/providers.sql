-- schema: orderloom

-- name: put
-- A provider as it is from now on.
insert into providers (
    name, title, issuer, client_id, secret, domains, by_email, vouches, private, workspace, roles, created_at
)
values (
    %(name)s::text, %(title)s::text, %(issuer)s::text, %(client_id)s::text, %(secret)s::bytea, %(domains)s::text[],
    %(by_email)s::bool, %(vouches)s::bool, %(private)s::bool, %(workspace)s::text, %(roles)s::text[],
    %(created_at)s::timestamptz
)
on conflict (name) do update
set title = excluded.title, issuer = excluded.issuer, client_id = excluded.client_id, secret = excluded.secret,
    domains = excluded.domains, by_email = excluded.by_email, vouches = excluded.vouches,
    private = excluded.private, workspace = excluded.workspace, roles = excluded.roles;

-- name: list
-- All providers by name.
select
    name, title, issuer, client_id, secret, domains, by_email, vouches, private, workspace, roles, created_at
from providers
order by name;

-- name: find
-- One provider.
select
    name, title, issuer, client_id, secret, domains, by_email, vouches, private, workspace, roles, created_at
from providers
where name = %(name)s::text;

-- name: remove
-- Forget a provider, and the sign-ins begun with it; who is linked stays linked, should the issuer come back.
delete from providers where name = %(name)s::text returning name;

-- name: linked
-- The user whom an issuer knows by this subject.
select user_id from identities where issuer = %(issuer)s::text and subject = %(subject)s::text;

-- name: link
-- From now on the issuer's word for this subject lets this user in; the first link stands.
insert into identities (issuer, subject, user_id, linked_at)
values (%(issuer)s::text, %(subject)s::text, %(user_id)s::uuid, %(linked_at)s::timestamptz)
on conflict (issuer, subject) do nothing
returning user_id;

-- name: begin_round
-- A sign-in begins, unless too many wait.
insert into sign_in_rounds (hash, browser, provider, sealed, expires_at)
select %(hash)s::bytea, %(browser)s::bytea, %(provider)s::text, %(sealed)s::bytea, %(expires_at)s::timestamptz
where (select count(*) from sign_in_rounds) < %(most)s::int
returning hash;

-- name: take_round
-- The answer to a sign-in of this browser has come: it is taken once.
delete from sign_in_rounds
where hash = %(hash)s::bytea and browser = %(browser)s::bytea and provider = %(provider)s::text
    and expires_at > %(now)s::timestamptz
returning sealed;

-- name: forget_rounds
-- Sign-ins that nobody came back from.
delete from sign_in_rounds where expires_at <= %(now)s::timestamptz;

-- name: keep_session
-- How an issuer knows a session.
insert into provider_sessions (session_id, issuer, subject, sid, leaving)
values (%(session_id)s::uuid, %(issuer)s::text, %(subject)s::text, %(sid)s::text, %(leaving)s::bytea);

-- name: take_leaving
-- What was kept for a session's end at its provider; the session has ended here, so it is needed no more.
delete from provider_sessions where session_id = %(session_id)s::uuid returning leaving;

-- name: take_logout
-- A provider's logout is taken once.
insert into logouts (hash, expires_at)
values (%(hash)s::bytea, %(expires_at)s::timestamptz)
on conflict (hash) do nothing
returning hash;

-- name: forget_logouts
-- Logouts that are too old to be taken again anyway.
delete from logouts where expires_at <= %(now)s::timestamptz;

-- name: end_provider_sessions
-- A provider has ended a session of its own, or all of a subject. Where it names both, both must fit.
update sessions
set ended_at = %(at)s::timestamptz
from provider_sessions, users
where provider_sessions.session_id = sessions.session_id and users.user_id = sessions.user_id
    and sessions.ended_at is null and provider_sessions.issuer = %(issuer)s::text
    and (%(subject)s::text = '' or provider_sessions.subject = %(subject)s::text)
    and (
        %(sid)s::text = '' or provider_sessions.sid = %(sid)s::text
        or (provider_sessions.sid = '' and %(subject)s::text <> '')
    )
returning sessions.session_id, users.login, sessions.workspace;
