-- name: read_accounts
-- Accounts as they stand, without a lock: the guard at saving has the last word.
select account, currency, limit_minor, used_minor, reserved_minor, subject
from accounts
where account = any(%(accounts)s::text[]);

-- name: lock_accounts
-- Accounts, locked in key order.
select account, currency, limit_minor, used_minor, reserved_minor, subject
from accounts
where account = any(%(accounts)s::text[])
order by account
for update;

-- name: read_grants
-- Grants of accounts that may count now.
select grant_id, account, amount_minor, valid_from, expires_at, granted_by, scope, withdrawn_at
from grants
where account = any(%(accounts)s::text[]) and expires_at > %(now)s::timestamptz;

-- name: change_accounts
-- Move balances; the accounts come sorted, as those of pools do. A row that takes more credit must fit under its limit
-- and the grants valid at this moment, or it is left out: fewer rows come back than were sent.
update accounts
set used_minor = accounts.used_minor + new.used_minor,
    reserved_minor = accounts.reserved_minor + new.reserved_minor
from unnest(
    %(accounts)s::text[], %(useds)s::bigint[], %(reserveds)s::bigint[], %(grants)s::bigint[]
) as new (account, used_minor, reserved_minor, grants_minor)
where accounts.account = new.account
    and (
        new.reserved_minor + new.used_minor <= 0
        or accounts.used_minor + new.used_minor + accounts.reserved_minor + new.reserved_minor
        <= accounts.limit_minor + new.grants_minor
    )
returning accounts.account;

-- name: set_limits
-- Accounts opened, or their own limit set.
insert into accounts (account, subject, currency, limit_minor)
select account, subject, currency, limit_minor
from unnest(%(accounts)s::text[], %(subjects)s::uuid[], %(currencies)s::text[], %(limits)s::bigint[])
    as new (account, subject, currency, limit_minor)
on conflict (account) do update
set limit_minor = excluded.limit_minor;

-- name: insert_grants
-- Grants given.
insert into grants (grant_id, account, amount_minor, valid_from, expires_at, granted_by, scope)
select grant_id, account, amount_minor, valid_from, expires_at, granted_by, scope
from unnest(
    %(grant_ids)s::uuid[], %(accounts)s::text[], %(amounts)s::bigint[], %(valid_froms)s::timestamptz[],
    %(expires_ats)s::timestamptz[], %(granted_bys)s::text[], %(scopes)s::text[]
) as new (grant_id, account, amount_minor, valid_from, expires_at, granted_by, scope);

-- name: withdraw_grants
-- Grants ended by a person.
update grants
set withdrawn_at = %(at)s::timestamptz
where grant_id = any(%(grant_ids)s::uuid[]) and withdrawn_at is null;

-- name: copy_moves
-- Money that moved on accounts beside any order.
-- ddl
copy account_moves (account, amount_minor, reference, subject, n, recorded_at) from stdin (format binary)
