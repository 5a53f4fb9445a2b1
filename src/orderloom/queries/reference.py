"""Reference data as people list it: SKUs and customers, by code."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from orderloom.domain.catalogue import Sku
from orderloom.domain.customers import Customer
from orderloom.kit import limits, sealing
from orderloom.queries import cursors, people
from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Skus(msgspec.Struct):
    """SKUs, and the cursor of the page after them."""

    rows: list[Sku]
    next: str | None


class Customers(msgspec.Struct):
    """Customers, and the cursor of the page after them."""

    rows: list[Customer]
    next: str | None


def skus(
    connection: db.Connection, *, viewer: Viewer, keys: Collection[str] = (), cursor: str | None = None, count: int = 50
) -> Skus:
    """A page of SKUs, or those of the codes given. All channels sell from one catalogue, so no scope narrows it.

    Raises cursors.Unreadable.
    """
    found, following = _page(connection, Q.skus, keys, cursor, count)
    return Skus([msgspec.convert(data, Sku) for data in found], following)


def customers(
    connection: db.Connection, *, viewer: Viewer, keys: Collection[str] = (), cursor: str | None = None, count: int = 50
) -> Customers:
    """A page of customers, or those of the numbers given; a customer buys through any channel, so only a viewer of
    all channels sees them, limited to own customers where it is. Raises cursors.Unreadable."""
    if viewer.channels is not None:
        return Customers([], None)
    found, following = _page(connection, Q.customers, keys, cursor, count, viewer.scope)
    return Customers([msgspec.convert(data, Customer) for data in found], following)


def opened(
    connection: db.Connection, rows: Sequence[Sku | Customer], *, viewer: Viewer, sealer: sealing.Sealer
) -> None:
    """Open the sealed ones among these rows' own fields in place, masked for the viewer."""
    holding = [each for each in rows if each.custom]
    shown = people.opened(connection, [each.custom for each in holding], viewer=viewer, sealer=sealer)
    for each, custom in zip(holding, shown, strict=True):
        each.custom = custom


def _page(
    connection: db.Connection,
    statement: Any,
    keys: Collection[str],
    cursor: str | None,
    count: int,
    scope: Mapping[str, Any] | None = None,
) -> tuple[list[Any], str | None]:
    (after,) = cursors.read(cursor, (str,)) if cursor else (None,)
    wanted = min(max(count, 1), limits.PAGE_ROWS_MAX)
    asked = {"keys": list(keys) or None, "after": after, "count": wanted + 1, **(scope or {})}
    rows = connection.execute(statement, asked, prepare=False).fetchall()
    following = cursors.write(rows[wanted - 1][0]) if len(rows) > wanted else None
    return [data for _, data in rows[:wanted]], following
