-- schema: orderloom

-- name: insert_user
-- A new user; nothing where the login or the e-mail address is another's.
insert into users (user_id, login, email, name, locale, created_at)
values (
    %(user_id)s::uuid, %(login)s::text, %(email)s::text, %(name)s::text, %(locale)s::text, %(created_at)s::timestamptz
)
on conflict do nothing
returning user_id;

-- name: find_user
-- One user by id, or by login or e-mail address.
select user_id, login, email, name, locale, password, created_at
from users
where user_id = %(user_id)s::uuid
    or login = %(login)s::text
    or (email <> '' and email = %(login)s::text)
order by user_id = %(user_id)s::uuid desc, login = %(login)s::text desc
limit 1;

-- name: change_user
-- What is not null changes; nothing where the login or the e-mail address is another's.
update users
set login = coalesce(%(login)s::text, login), email = coalesce(%(email)s::text, email),
    name = coalesce(%(name)s::text, name), locale = coalesce(%(locale)s::text, locale),
    password = coalesce(%(password)s::text, password)
where user_id = %(user_id)s::uuid
    and not exists (
        select 1
        from users as other
        where other.user_id <> users.user_id
            and (other.login = %(login)s::text or (%(email)s::text <> '' and other.email = %(email)s::text))
    )
returning user_id;

-- name: disable
-- Close a workspace's door to a user, or open it again; the first closing stands.
update memberships
set disabled_at = case when %(at)s::timestamptz is null then null else coalesce(disabled_at, %(at)s::timestamptz) end
where user_id = %(user_id)s::uuid and workspace = %(workspace)s::text
returning user_id;

-- name: put_membership
-- What a user is in a workspace from now on.
insert into memberships (user_id, workspace, roles, customer_no, since)
values (%(user_id)s::uuid, %(workspace)s::text, %(roles)s::text[], %(customer_no)s::text, %(since)s::timestamptz)
on conflict (user_id, workspace) do update set roles = excluded.roles, customer_no = excluded.customer_no;

-- name: memberships
-- What a user is, by workspace, the first first.
select workspace, roles, customer_no, disabled_at
from memberships
where user_id = %(user_id)s::uuid
order by since, workspace;

-- name: list_users
-- The users of a workspace by login, with what they are there, and whether they have a password or a provider.
select
    users.user_id, users.login, users.email, users.name, users.locale, users.created_at,
    users.password <> '' as has_password,
    exists (select 1 from identities where identities.user_id = users.user_id) as linked, memberships.roles, memberships.customer_no, memberships.disabled_at
from memberships
join users on users.user_id = memberships.user_id
where memberships.workspace = %(workspace)s::text
order by users.login
limit %(count)s::int;

-- name: count_users
-- How many users there are.
select count(*) from users;

-- name: holders
-- How many who are not disabled hold this role in the workspace, but for one.
select count(*)
from memberships
where workspace = %(workspace)s::text and %(role)s::text = any(roles) and disabled_at is null
    and user_id <> %(besides)s::uuid;

-- name: insert_welcome
-- A link that lets a user in once.
insert into welcomes (hash, user_id, workspace, made_by, created_at, expires_at)
values (
    %(hash)s::bytea, %(user_id)s::uuid, %(workspace)s::text, %(made_by)s::text, %(created_at)s::timestamptz,
    %(expires_at)s::timestamptz
);

-- name: end_welcomes
-- A newer link, or a password that was chosen, ends the older links of a user.
update welcomes set used_at = %(at)s::timestamptz where user_id = %(user_id)s::uuid and used_at is null;

-- name: find_welcome
-- The link of this hash that still lets somebody in, locked until it is used.
select user_id, workspace, expires_at
from welcomes
where hash = %(hash)s::bytea and used_at is null and expires_at > %(now)s::timestamptz
for update;
