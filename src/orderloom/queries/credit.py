"""Credit: accounts with their live balance, grants and what moved beside orders.

An account serves orders of any channel, so it is shown only to a viewer whose scope has all channels.
"""

import datetime as dt
import uuid

import msgspec

from orderloom.kit import limits
from orderloom.queries import cursors
from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Account(msgspec.Struct):
    """An account; amounts in minor units of its currency. `granted_minor` are the grants that count for every order."""

    account: str
    currency: str
    limit_minor: int
    used_minor: int
    reserved_minor: int
    granted_minor: int
    available_minor: int


class Grant(msgspec.Struct):
    """A temporary limit, and whether it counts now."""

    grant_id: uuid.UUID
    amount_minor: int
    valid_from: dt.datetime
    expires_at: dt.datetime
    granted_by: str
    scope: str
    withdrawn_at: dt.datetime | None
    valid: bool


class Move(msgspec.Struct):
    """Money that moved beside any order: a deposit is negative."""

    at: dt.datetime
    amount_minor: int
    reference: str


class Use(msgspec.Struct):
    """An order that takes the account up: reserved until it leaves the house, then used until it is paid."""

    order_no: str
    stage: str
    placed_at: dt.datetime
    reserved_minor: int
    used_minor: int


class Page(msgspec.Struct):
    """Accounts, and the cursor of the page after them."""

    rows: list[Account]
    next: str | None


class Detail(msgspec.Struct):
    """One account with its grants and moves and the orders that take it up, the newest first; `limits.PAGE_ROWS_MAX`
    of each at most."""

    account: Account
    grants: list[Grant]
    moves: list[Move]
    uses: list[Use]


def page(
    connection: db.Connection, *, viewer: Viewer, now: dt.datetime, cursor: str | None = None, count: int = 50
) -> Page:
    """Accounts by name. Raises cursors.Unreadable."""
    (after,) = cursors.read(cursor, (str,)) if cursor else (None,)
    wanted = min(max(count, 1), limits.PAGE_ROWS_MAX)
    found = _accounts(connection, viewer, now=now, account=None, after=after, count=wanted + 1)
    rows = found[:wanted]
    return Page(rows, cursors.write(rows[-1].account) if len(found) > wanted else None)


def detail(connection: db.Connection, *, viewer: Viewer, account: str, now: dt.datetime) -> Detail | None:
    """One account as it stands at `now`; None when there is none, or none that the viewer may see."""
    found = _accounts(connection, viewer, now=now, account=account, after=None, count=1)
    if not found:
        return None
    asked = {"account": account, "now": now, "count": limits.PAGE_ROWS_MAX, **viewer.scope}
    return Detail(
        found[0],
        [Grant(*row) for row in connection.execute(Q.grants, asked).fetchall()],
        [Move(*row) for row in connection.execute(Q.moves, asked).fetchall()],
        [Use(*row) for row in connection.execute(Q.uses, asked).fetchall()],
    )


def _accounts(
    connection: db.Connection, viewer: Viewer, *, now: dt.datetime, account: str | None, after: str | None, count: int
) -> list[Account]:
    if viewer.channels is not None or viewer.warehouses is not None:
        return []
    asked = {"now": now, "account": account, "after": after, "count": count, **viewer.scope}
    return [
        Account(*row, available_minor=row[2] + row[5] - row[3] - row[4])
        for row in connection.execute(Q.page, asked, prepare=False).fetchall()
    ]
