"""Stock: levels by SKU, warehouse and pool, lots and bins, what moved, and what may be promised by when.

Stock serves every channel, so a scope of channels does not narrow it; a scope of warehouses does.
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


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What the list is narrowed to."""

    sku: str | None = None
    warehouse: str | None = None
    pool: str | None = None


class Level(msgspec.Struct):
    """A pool, in base units. `available` may still be promised; a pool that is expected has no units on the shelf."""

    sku: str
    warehouse: str
    pool: str
    on_hand: int
    reserved: int
    available: int
    safety: int
    expected_at: dt.datetime | None


class Lot(msgspec.Struct):
    """Units of a spot pool at one lot and bin."""

    sku: str
    warehouse: str
    lot: str
    bin: str
    on_hand: int
    reserved: int
    available: int
    manufactured_on: dt.date | None
    expires_on: dt.date | None
    received_at: dt.datetime | None


class Movement(msgspec.Struct):
    """Units that came in or went out; `subject` and `n` name the event that says so, `actor` who said it and `reason`
    why, `order_no` the order that it was for, where that is in scope."""

    at: dt.datetime
    sku: str
    warehouse: str
    pool: str
    lot: str
    bin: str
    quantity: int
    kind: str
    subject: uuid.UUID
    n: int
    actor: str
    source: str
    reason: str
    order_no: str


class Shelf(msgspec.Struct):
    """A SKU in one warehouse, in base units: what lies there, `coming` from production and transfer, and `waiting`,
    which orders want of the SKU and nothing covers, wherever they are. `need` says what is short: "waiting", "low"
    (below safety, or nothing left) or nothing. `warehouse` is empty where no warehouse has any."""

    sku: str
    name: str
    warehouse: str
    on_hand: int
    reserved: int
    available: int
    safety: int
    coming: int
    coming_at: dt.datetime | None
    waiting: int
    expires_on: dt.date | None
    need: str


class Shelves(msgspec.Struct):
    """Rows, and the cursor of the page after them; None when there is none."""

    rows: list[Shelf]
    next: str | None


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What the list is narrowed to: a text is the start of a code or a part of a name; `need` is "waiting", "low" or
    "expiring": a lot that lies there expires soon, or has."""

    text: str = ""
    warehouse: str | None = None
    need: str | None = None


class Holding(msgspec.Struct):
    """An order's line that holds units of a pool, or (`warehouse` and `pool` empty) waits for them."""

    order_no: str
    channel: str
    stage: str
    held: bool
    priority: int
    line_no: int
    warehouse: str
    pool: str
    quantity: int
    placed_at: dt.datetime
    promised_at: dt.datetime | None


class Holdings(msgspec.Struct):
    """The orders in scope that hold a SKU, the most important first, and those that wait for it; `reserved` are the
    units held in all, those of orders out of scope among them."""

    rows: list[Holding]
    waiting: list[Holding]
    reserved: int


class Page(msgspec.Struct):
    """Rows, and the cursor of the page after them; None when there is none."""

    rows: list[Level]
    next: str | None


class Step(msgspec.Struct):
    """From `at` on (None: from now on) so many units in all may be promised, `more` of them new."""

    at: dt.datetime | None
    available: int
    more: int
    pool: str


class Promisable(msgspec.Struct):
    """Available to promise by date. `undated` units are expected and nobody said when; `waiting` ones are wanted
    by orders that nothing covers yet, and are not taken off."""

    sku: str
    steps: list[Step]
    undated: int
    waiting: int


def page(
    connection: db.Connection, *, viewer: Viewer, filters: Filters, cursor: str | None = None, count: int = 50
) -> Page:
    """A page of stock levels by SKU. Raises cursors.Unreadable."""
    after = cursors.read(cursor, (str, str, str)) if cursor else (None, None, None)
    wanted = min(max(count, 1), limits.PAGE_ROWS_MAX)
    asked = {
        **msgspec.structs.asdict(filters),
        **viewer.scope,
        **dict(zip(("after_sku", "after_warehouse", "after_pool"), after, strict=True)),
        "count": wanted + 1,
    }
    found = [Level(*row) for row in connection.execute(Q.levels, asked, prepare=False).fetchall()]
    rows = found[:wanted]
    more = len(found) > wanted
    return Page(rows, cursors.write(rows[-1].sku, rows[-1].warehouse, rows[-1].pool) if more else None)


def shelves(
    connection: db.Connection,
    *,
    viewer: Viewer,
    wanted: Wanted,
    today: dt.date,
    cursor: str | None = None,
    count: int = 50,
) -> Shelves:
    """A page of stock by SKU and warehouse: what orders wait for first, then what is low. Raises cursors.Unreadable."""
    after = cursors.read(cursor, (int, str, str)) if cursor else (None, None, None)
    most = min(max(count, 1), limits.PAGE_ROWS_MAX)
    asked = {
        "text": wanted.text.strip() or None,
        "warehouse": wanted.warehouse,
        "need": wanted.need,
        "expiring_on": today + dt.timedelta(days=limits.EXPIRY_NEAR_DAYS),
        **viewer.scope,
        **dict(zip(("after_rank", "after_sku", "after_warehouse"), after, strict=True)),
        "count": most + 1,
    }
    found = connection.execute(Q.shelves, asked, prepare=False).fetchall()
    rows = [Shelf(*row[1:]) for row in found[:most]]
    last = found[most - 1] if len(found) > most else None
    return Shelves(rows, cursors.write(last[0], last[1], last[3]) if last else None)


def holdings(connection: db.Connection, *, viewer: Viewer, sku: str, warehouse: str | None = None) -> Holdings:
    """Which orders in scope hold units of a SKU, and which wait for some; at most PAGE_ROWS_MAX of each."""
    asked = {"sku": sku, "warehouse": warehouse, "count": limits.PAGE_ROWS_MAX, **viewer.scope}
    held = [Holding(*row) for row in connection.execute(Q.holdings, asked, prepare=False).fetchall()]
    waiting = [Holding(*row) for row in connection.execute(Q.waiting_orders, asked, prepare=False).fetchall()]
    row = connection.execute(Q.reserved, asked, prepare=False).fetchone()
    assert row is not None
    return Holdings(held, waiting, row[0])


def lots(connection: db.Connection, *, viewer: Viewer, sku: str, warehouse: str | None = None) -> list[Lot]:
    """The lots of a SKU that hold anything, the first to expire first; at most PAGE_ROWS_MAX."""
    asked = {"sku": sku, "warehouse": warehouse, "count": limits.PAGE_ROWS_MAX, **viewer.scope}
    return [Lot(*row) for row in connection.execute(Q.lots, asked, prepare=False).fetchall()]


def movements(connection: db.Connection, *, viewer: Viewer, sku: str, warehouse: str | None = None) -> list[Movement]:
    """What moved of a SKU, the newest first; at most PAGE_ROWS_MAX."""
    asked = {"sku": sku, "warehouse": warehouse, "count": limits.PAGE_ROWS_MAX, **viewer.scope}
    return [Movement(*row) for row in connection.execute(Q.movements, asked, prepare=False).fetchall()]


def promisable(
    connection: db.Connection, *, viewer: Viewer, sku: str, warehouse: str | None = None, now: dt.datetime
) -> Promisable:
    """What of a SKU may be promised by when: spot now, then what is expected, each less what is reserved of it.

    An expected pool whose time has passed counts as undated: it is late, and nobody knows by how much.
    """
    asked = {"sku": sku, "warehouse": warehouse, **viewer.scope}
    supplies = connection.execute(Q.supplies, asked, prepare=False).fetchall()
    ready = sum(units for pool, _, units in supplies if pool == "spot")
    steps = [Step(None, ready, ready, "spot")]
    dated = [(at, pool, units) for pool, at, units in supplies if pool != "spot" and at is not None and at > now]
    for at, pool, units in sorted(dated):
        if units:
            steps.append(Step(at, steps[-1].available + units, units, pool))
    undated = sum(units for pool, at, units in supplies if pool != "spot" and (at is None or at <= now))
    row = connection.execute(Q.waiting, asked).fetchone()
    assert row is not None
    return Promisable(sku, steps, undated, row[0])
