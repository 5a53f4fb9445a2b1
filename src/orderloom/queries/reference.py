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


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which rows: those of these keys, those that a person's text may mean; without either, all. `phone_key` is the
    fingerprint of the text where it is a whole phone number."""

    keys: tuple[str, ...] = ()
    text: str = ""
    phone_key: bytes | None = None


ALL = Wanted()


def skus(
    connection: db.Connection, *, viewer: Viewer, wanted: Wanted = ALL, cursor: str | None = None, count: int = 50
) -> Skus:
    """A page of SKUs: a text is the start of a code, a part of a name or a whole barcode. All channels sell from one
    catalogue, so no scope narrows it. Raises cursors.Unreadable."""
    found, following = _page(connection, Q.skus, wanted, cursor, count)
    return Skus([msgspec.convert(data, Sku) for data in found], following)


def customers(
    connection: db.Connection, *, viewer: Viewer, wanted: Wanted = ALL, cursor: str | None = None, count: int = 50
) -> Customers:
    """A page of customers: a text is the start of a number, a part of a name or a whole phone. A customer buys through
    any channel, so only a viewer of all channels sees them, limited to own customers where it is. Raises
    cursors.Unreadable."""
    if not _sees_customers(viewer):
        return Customers([], None)
    found, following = _page(connection, Q.customers, wanted, cursor, count, viewer.scope)
    return Customers([msgspec.convert(data, Customer) for data in found], following)


def customer_names(connection: db.Connection, *, viewer: Viewer, customer_nos: Collection[str]) -> dict[str, str]:
    """What customers are called, by number, for a viewer who looks at something else that names them: those whom a list
    of customers would show to this viewer, and nobody to one who may not see that list."""
    if not customer_nos or not _sees_customers(viewer) or not viewer.may("customers:read"):
        return {}
    asked = {"customer_nos": sorted(customer_nos), **viewer.scope}
    return {number: name for number, name in connection.execute(Q.customer_names, asked) if name}


def _sees_customers(viewer: Viewer) -> bool:
    return viewer.channels is None


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
    wanted: Wanted,
    cursor: str | None,
    count: int,
    scope: Mapping[str, Any] | None = None,
) -> tuple[list[Any], str | None]:
    asked = {**parameters(connection, wanted, cursor=cursor, count=count), **(scope or {})}
    most = asked["count"] - 1
    rows = connection.execute(statement, asked, prepare=False).fetchall()
    following = cursors.write(rows[most - 1][0]) if len(rows) > most else None
    return [data for _, data in rows[:most]], following


def parameters(connection: db.Connection, wanted: Wanted, *, cursor: str | None, count: int) -> dict[str, Any]:
    """The parameters of a page but for the scope; `count` is one more than its rows. Raises cursors.Unreadable."""
    (after,) = cursors.read(cursor, (str,)) if cursor else (None,)
    text = wanted.text.strip()
    parts = connection.execute(Q.parts, {"text": text}).fetchone() if text else None
    return {
        "keys": list(wanted.keys) or None,
        "text": text or None,
        "parts": parts[0] if parts is not None else None,
        "phone_key": wanted.phone_key,
        "after": after,
        "count": min(max(count, 1), limits.PAGE_ROWS_MAX) + 1,
    }
