"""Shipments: what a warehouse has to do, the oldest first."""

import datetime as dt
import uuid
from collections.abc import Collection

import msgspec

from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.queries import cursors
from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What the list is narrowed to; `live` leaves delivered and cancelled ones out."""

    warehouse: str | None = None
    stage: str | None = None
    order_id: uuid.UUID | None = None
    shipment_no: str | None = None
    live: bool = False


class Row(msgspec.Struct):
    """A shipment in a list, with what its order says of urgency."""

    shipment_no: str
    order_id: uuid.UUID
    order_no: str
    channel: str
    warehouse: str
    stage: str
    carrier: str
    planned_at: dt.datetime
    stage_at: dt.datetime
    freight_cost_minor: int
    priority: int
    held: bool
    promised_at: dt.datetime | None


class Page(msgspec.Struct):
    """Rows, and the cursor of the page after them; None when there is none."""

    rows: list[Row]
    next: str | None


def page(
    connection: db.Connection, *, viewer: Viewer, filters: Filters, cursor: str | None = None, count: int = 50
) -> Page:
    """A page of shipments, the oldest plan first. Raises cursors.Unreadable."""
    after_at, after_no = cursors.read(cursor, (dt.datetime, str)) if cursor else (None, None)
    wanted = min(max(count, 1), limits.PAGE_ROWS_MAX)
    asked = {
        **msgspec.structs.asdict(filters),
        **viewer.scope,
        "after_at": after_at,
        "after_no": after_no,
        "count": wanted + 1,
    }
    found = [Row(*row) for row in connection.execute(Q.page, asked, prepare=False).fetchall()]
    rows = found[:wanted]
    more = len(found) > wanted
    return Page(rows, cursors.write(rows[-1].planned_at, rows[-1].shipment_no) if more else None)


class Scanned(msgspec.Struct, frozen=True):
    """A label as it was read: the text, and the warehouse in which it was; empty where that is not said."""

    code: str
    warehouse: str = ""


def meant(connection: db.Connection, *, viewer: Viewer, scanned: Collection[Scanned]) -> dict[Scanned, str | Refused]:
    """The shipment in scope that each label means: by its own number, its order's, or the channel's for that order.

    An order's number means its one shipment that is not cancelled, of that warehouse where it is said. Refuses with
    `shipment.unknown`, with `shipment.elsewhere` what another warehouse ships, and with `shipment.several` an order's
    number that means more than one.
    """
    codes = sorted({each.code for each in scanned})
    found: dict[str, list[tuple[str, str, bool]]] = {}
    for code, *one in connection.execute(Q.meant, {"codes": codes, **viewer.scope}, prepare=False):
        found.setdefault(code, []).append((one[0], one[1], one[2]))
    return {each: _meant(each, found.get(each.code, [])) for each in scanned}


def _meant(scanned: Scanned, found: list[tuple[str, str, bool]]) -> str | Refused:
    own = [each for each in found if each[0] == scanned.code]
    live = own or [each for each in found if not each[2]] or found
    here = [each for each in live if scanned.warehouse in ("", each[1])]
    if not live:
        return Refused("shipment.unknown", {"shipment_no": scanned.code})
    if not here:
        number, warehouse, _ = live[0]
        return Refused("shipment.elsewhere", {"shipment_no": number, "warehouse": warehouse})
    if len(here) > 1:
        numbers = [number for number, _, _ in here]
        return Refused("shipment.several", {"code": scanned.code, "shipment_nos": numbers})
    return here[0][0]
