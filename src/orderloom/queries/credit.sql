-- name: page
-- Accounts by name with their live balance: what is granted counts while it is valid at this moment.
select
    accounts.account, currency, limit_minor, used_minor, reserved_minor,
    coalesce(granted.amount_minor, 0)::bigint as granted_minor
from accounts
left join lateral (
    select sum(amount_minor) as amount_minor
    from grants
    where grants.account = accounts.account and scope = ''
        and valid_from <= %(now)s::timestamptz and expires_at > %(now)s::timestamptz
        and (withdrawn_at is null or withdrawn_at > %(now)s::timestamptz)
) as granted on true
where (%(account)s::text is null or accounts.account = %(account)s::text)
    and (%(after)s::text is null or accounts.account > %(after)s::text)
    and (
        %(scope_owners)s::text[] is null
        or accounts.account in (
            select customers.account from customers where customers.reached_by && %(scope_owners)s::text[]
        )
    )
order by accounts.account
limit %(count)s::int;

-- name: grants
-- Grants of an account, the newest first, with whether each counts at this moment.
select
    grant_id, amount_minor, valid_from, expires_at, granted_by, scope, withdrawn_at,
    valid_from <= %(now)s::timestamptz and expires_at > %(now)s::timestamptz
        and (withdrawn_at is null or withdrawn_at > %(now)s::timestamptz) as valid
from grants
where account = %(account)s::text
order by valid_from desc, grant_id desc
limit %(count)s::int;

-- name: moves
-- Money that moved on the account beside any order, the newest first.
select recorded_at, amount_minor, reference
from account_moves
where account = %(account)s::text
order by recorded_at desc
limit %(count)s::int;

-- name: uses
-- Orders that take an account up, the newest first: reserved for what is on the way, used for what is owed.
select uses.order_no, uses.stage, uses.placed_at, uses.credit_reserved_minor, uses.credit_used_minor
from customers
cross join lateral (
    select order_no, order_id, stage, placed_at, credit_reserved_minor, credit_used_minor
    from orders
    where orders.customer_no = customers.customer_no and orders.account = %(account)s::text
        and (orders.credit_reserved_minor <> 0 or orders.credit_used_minor <> 0)
        and {{viewer.order_in_scope}}
    order by placed_at desc
    limit %(count)s::int
) as uses
where customers.account = %(account)s::text
order by uses.placed_at desc, uses.order_id desc
limit %(count)s::int;
