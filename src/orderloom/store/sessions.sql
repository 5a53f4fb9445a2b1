-- schema: orderloom

-- name: insert_session
-- Somebody has signed in.
insert into sessions (
    session_id, hash, user_id, workspace, way, address, agent, created_at, seen_at, expires_at, proven
)
values (
    %(session_id)s::uuid, %(hash)s::bytea, %(user_id)s::uuid, %(workspace)s::text, %(way)s::text, %(address)s::text,
    %(agent)s::text, %(created_at)s::timestamptz, %(seen_at)s::timestamptz, %(expires_at)s::timestamptz,
    %(proven)s::bool
);

-- name: find_session
-- The session of a cookie, or of an id, whatever its state, with its user and what the user is in its workspace.
select
    sessions.session_id, sessions.hash, sessions.user_id, sessions.workspace, sessions.way, sessions.address,
    sessions.agent, sessions.created_at, sessions.seen_at, sessions.expires_at, sessions.proven, sessions.ended_at,
    users.login, users.email, users.name, users.locale, memberships.roles, memberships.customer_no,
    memberships.disabled_at, users.password <> '' as has_password, authenticators.since is not null as has_code
from sessions
join users on users.user_id = sessions.user_id
left join authenticators on authenticators.user_id = sessions.user_id
left join memberships on memberships.user_id = sessions.user_id and memberships.workspace = sessions.workspace
where sessions.hash = %(hash)s::bytea or sessions.session_id = %(session_id)s::uuid;

-- name: see_session
-- The session is used.
update sessions set seen_at = %(at)s::timestamptz where session_id = %(session_id)s::uuid;

-- name: move_session
-- The session goes on in another workspace.
update sessions set workspace = %(workspace)s::text where session_id = %(session_id)s::uuid;

-- name: prove_session
-- The user has shown a one-time code in this session.
update sessions set proven = true where session_id = %(session_id)s::uuid;

-- name: end_sessions
-- End sessions of a user: one, or all but one. The first end stands.
update sessions
set ended_at = %(at)s::timestamptz
where user_id = %(user_id)s::uuid and ended_at is null
    and (%(session_id)s::uuid is null or session_id = %(session_id)s::uuid)
    and (%(besides)s::uuid is null or session_id <> %(besides)s::uuid)
returning session_id;

-- name: end_eldest
-- Beyond so many open sessions of a user the ones least lately used end.
update sessions
set ended_at = %(at)s::timestamptz
where session_id in (
    select session_id
    from sessions
    where user_id = %(user_id)s::uuid and ended_at is null and expires_at > %(at)s::timestamptz
    order by seen_at desc, session_id desc
    offset %(most)s::int
);

-- name: list_sessions
-- The open sessions of a user, the last used first.
select session_id, workspace, way, address, agent, created_at, seen_at, expires_at
from sessions
where user_id = %(user_id)s::uuid and ended_at is null and expires_at > %(now)s::timestamptz
    and seen_at > %(seen_after)s::timestamptz
order by seen_at desc, session_id desc;

-- name: forget_sessions
-- Sessions that ended long ago.
delete from sessions where expires_at < %(before)s::timestamptz;

-- name: try_sign_in
-- Count an attempt of each subject within its window; a window that has passed begins anew.
insert into sign_in_tries (subject, since, tries)
select subject, %(now)s::timestamptz, 1
from unnest(%(subjects)s::text[]) as new (subject)
order by subject
on conflict (subject) do update
set tries = case when sign_in_tries.since > %(begun)s::timestamptz then sign_in_tries.tries + 1 else 1 end,
    since = case when sign_in_tries.since > %(begun)s::timestamptz then sign_in_tries.since else excluded.since end
returning subject, tries, since;

-- name: forgive_tries
-- An attempt was none, or went well: then a login begins anew, while an address still has just one less.
update sign_in_tries
set tries = case when subject = %(login)s::text and %(anew)s::bool then 0 else greatest(tries - 1, 0) end
where subject in (%(login)s::text, %(address)s::text);

-- name: forget_tries
-- Windows that have passed.
delete from sign_in_tries where since <= %(begun)s::timestamptz;
