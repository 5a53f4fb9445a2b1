"""The verbs of credit: open an account, set its limit, grant a temporary limit, withdraw it, deposit money."""

import datetime as dt
import uuid
from collections.abc import Sequence

from orderloom.actions.hub import Hub
from orderloom.domain import credit, log
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.store import credit as credit_store
from orderloom.store import database as db
from orderloom.store import log as log_store


def set_limits(
    hub: Hub, wanted: Sequence[tuple[str, str, int]], *, actor: str, source: str, now: dt.datetime
) -> list[Refused | None]:
    """Open accounts or set their own limit: (account, currency, limit in minor units).

    A lowered limit stops new reservations only (decisions.md 15). Of what is said of one account the last stands.
    """
    answers = [_unfit(account, amount) for account, _, amount in wanted]
    last = {one[0]: one for one, answer in zip(wanted, answers, strict=True) if answer is None}
    fit = list(last.values())
    with hub.database.workspace(hub.workspace) as connection:
        known = credit_store.subjects(connection, {account for account, _, _ in fit})
        streams = {account: known.get(account) or hub.ids.new(now) for account, _, _ in fit}
        credit_store.set_limits(
            connection, [(account, streams[account], currency, amount) for account, currency, amount in fit]
        )
        said: list[tuple[uuid.UUID, log.AnyEvent]] = [
            (streams[account], credit.LimitChanged(amount, currency)) for account, currency, amount in fit
        ]
        _append(connection, hub, said, actor=actor, source=source, now=now)
    return answers


def grant(
    hub: Hub,
    account: str,
    *,
    amount_minor: int | None = None,
    hours: int | None = None,
    scope: str = "",
    actor: str,
    now: dt.datetime,
) -> credit.Grant | Refused:
    """Give a temporary limit that expires by itself; the workspace's default is 50,000 for 24 hours.

    `scope` is an order number, or empty for every order of the account.
    """
    with hub.database.workspace(hub.workspace) as connection:
        settings = hub.reference(connection).settings
        amount = settings.grant_minor_default if amount_minor is None else amount_minor
        until = now + dt.timedelta(hours=settings.grant_hours_default if hours is None else hours)
        if not 0 < amount <= limits.AMOUNT_MINOR_MAX or until <= now:
            return Refused("credit.bad_grant", {"amount_minor": amount, "hours": hours})
        if account not in credit_store.subjects(connection, [account]):
            return Refused("credit.no_account", {"account": account})
        given = credit.Grant(hub.ids.new(now), account, amount, now, until, actor, scope)
        book_grant(connection, hub, given, now=now)
    return given


def book_grant(connection: db.Connection, hub: Hub, given: credit.Grant, *, now: dt.datetime, first: int = 0) -> None:
    """Write a grant with its entry; `first` is where the log's numbers go on in this transaction."""
    stream = credit_store.subjects(connection, [given.account])[given.account]
    credit_store.insert_grants(connection, [given])
    event = credit.CreditGranted(
        given.grant_id, given.amount_minor, given.valid_from, given.expires_at, given.granted_by, given.scope
    )
    said: list[tuple[uuid.UUID, log.AnyEvent]] = [(stream, event)]
    _append(connection, hub, said, actor=given.granted_by, source="orderloom", now=now, first=first)


def withdraw(hub: Hub, account: str, *, grant_id: uuid.UUID, actor: str, now: dt.datetime) -> Refused | None:
    """End a grant before its time; what was reserved on it stays."""
    with hub.database.workspace(hub.workspace) as connection:
        streams = credit_store.subjects(connection, [account])
        if account not in streams:
            return Refused("credit.no_account", {"account": account})
        credit_store.withdraw_grants(connection, [grant_id], at=now)
        event = credit.GrantWithdrawn(grant_id, now)
        _append(connection, hub, [(streams[account], event)], actor=actor, source="orderloom", now=now)
    return None


def charge(
    hub: Hub, account: str, *, amount_minor: int, reference: str, actor: str, source: str, now: dt.datetime
) -> Refused | None:
    """Move money on the account beside any order: a deposit is negative, an opening debt positive."""
    if amount_minor == 0 or abs(amount_minor) > limits.AMOUNT_MINOR_MAX:
        return Refused("payment.bad_amount", {"amount_minor": amount_minor})
    with hub.database.workspace(hub.workspace) as connection:
        streams = credit_store.subjects(connection, [account])
        if account not in streams:
            return Refused("credit.no_account", {"account": account})
        event = credit.AccountCharged(amount_minor, reference)
        [entry] = _append(connection, hub, [(streams[account], event)], actor=actor, source=source, now=now)
        credit_store.insert_moves(connection, [(account, amount_minor, reference, entry.subject, entry.n, now)])
        # A debt that exists is booked whatever the limit: truth is never refused.
        credit_store.change(connection, {account: (amount_minor, 0, limits.AMOUNT_MINOR_MAX * 10)})
    return None


def _unfit(account: str, amount_minor: int) -> Refused | None:
    if not account or not 0 <= amount_minor <= limits.AMOUNT_MINOR_MAX:
        return Refused("credit.bad_limit", {"account": account, "limit_minor": amount_minor})
    return None


def _append(
    connection: db.Connection,
    hub: Hub,
    said: Sequence[tuple[uuid.UUID, log.AnyEvent]],
    *,
    actor: str,
    source: str,
    now: dt.datetime,
    first: int = 0,
) -> list[log.Entry]:
    heads = log_store.lock_heads(connection, {subject for subject, _ in said})
    revision = hub.reference(connection).version
    entries: list[log.Entry] = []
    for subject, event in said:
        body = log.Body(at=now, actor=actor, source=source, revision=revision, events=[event])
        entry = log.write(kind="account", subject=subject, head=heads.get(subject), body=body, recorded_at=now)
        heads[subject] = log.Head(entry.n + entry.count - 1, entry.hash)
        entries.append(entry)
    log_store.append(connection, entries, first=first)
    return entries
