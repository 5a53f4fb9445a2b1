"""Shipments: what a warehouse has to do, the oldest first."""

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
