"""Imports of files: how far each is and what became of its rows. A warehouse is not told of them."""

import datetime as dt
import uuid
from typing import Any

import msgspec

from orderloom.kit import limits
from orderloom.queries import cursors
from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Row(msgspec.Struct):
    """An import; `counts` says what its rows became, by kind."""

    import_id: uuid.UUID
    channel: str
    file_name: str
    state: str
    rows_total: int
    rows_done: int
    counts: dict[str, Any]
    created_at: dt.datetime
    finished_at: dt.datetime | None


class Page(msgspec.Struct):
    """Rows, and the cursor of the page after them; None when there is none."""

    rows: list[Row]
    next: str | None


def page(connection: db.Connection, *, viewer: Viewer, cursor: str | None = None, count: int = 50) -> Page:
    """A page of imports, the newest first. Raises cursors.Unreadable."""
    after_at, after_id = cursors.read(cursor, (dt.datetime, uuid.UUID)) if cursor else (None, None)
    wanted = min(max(count, 1), limits.PAGE_ROWS_MAX)
    asked = {"import_id": None, "after_at": after_at, "after_id": after_id, "count": wanted + 1, **viewer.scope}
    found = [Row(*row) for row in connection.execute(Q.page, asked, prepare=False).fetchall()]
    rows = found[:wanted]
    more = len(found) > wanted
    return Page(rows, cursors.write(rows[-1].created_at, rows[-1].import_id) if more else None)


def one(connection: db.Connection, *, viewer: Viewer, import_id: uuid.UUID) -> Row | None:
    """One import; None when there is none in scope."""
    asked = {"import_id": import_id, "after_at": None, "after_id": None, "count": 1, **viewer.scope}
    row = connection.execute(Q.page, asked, prepare=False).fetchone()
    return Row(*row) if row else None
