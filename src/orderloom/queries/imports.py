"""Imports of files: how far each is and what became of its rows. A warehouse is not told of them."""

import datetime as dt
import uuid
from typing import Any

import msgspec

from orderloom.domain.orders.state import Text
from orderloom.kit import limits
from orderloom.queries import cursors, messages
from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Row(msgspec.Struct):
    """An import: running, done, or failed with its `reason`; `told` says that in words.

    `rows_total` is 0 until its rows are counted; `rows_waiting` of them wait in quarantine; `actor` sent the file.
    """

    import_id: uuid.UUID
    channel: str
    file_name: str
    state: str
    rows_total: int
    rows_done: int
    created_at: dt.datetime
    finished_at: dt.datetime | None
    reason: dict[str, Any] | None = None
    actor: str = ""
    rows_waiting: int = 0
    told: Text | None = None


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What the list is narrowed to."""

    channel: str | None = None
    state: str | None = None


class Page(msgspec.Struct):
    """Rows, and the cursor of the page after them; None when there is none."""

    rows: list[Row]
    next: str | None


def page(
    connection: db.Connection,
    *,
    viewer: Viewer,
    filters: Filters = Filters(),
    cursor: str | None = None,
    count: int = 50,
) -> Page:
    """A page of imports, the newest first. Raises cursors.Unreadable."""
    after_at, after_id = cursors.read(cursor, (dt.datetime, uuid.UUID)) if cursor else (None, None)
    wanted = min(max(count, 1), limits.PAGE_ROWS_MAX)
    asked = {
        "import_id": None,
        "after_at": after_at,
        "after_id": after_id,
        "count": wanted + 1,
        **msgspec.structs.asdict(filters),
        **viewer.scope,
    }
    found = [_row(row) for row in connection.execute(Q.page, asked, prepare=False).fetchall()]
    rows = found[:wanted]
    more = len(found) > wanted
    return Page(rows, cursors.write(rows[-1].created_at, rows[-1].import_id) if more else None)


def one(connection: db.Connection, *, viewer: Viewer, import_id: uuid.UUID) -> Row | None:
    """One import; None when there is none in scope."""
    asked = {
        "import_id": import_id,
        "after_at": None,
        "after_id": None,
        "count": 1,
        "channel": None,
        "state": None,
        **viewer.scope,
    }
    row = connection.execute(Q.page, asked, prepare=False).fetchone()
    return _row(row) if row else None


def _row(row: tuple[Any, ...]) -> Row:
    made = Row(*row)
    made.told = messages.told(made.reason) if made.reason is not None else None
    return made
