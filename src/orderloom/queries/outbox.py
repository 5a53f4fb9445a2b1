"""What is to leave the house and could not: the dead letters, each with its reason.

They are of all channels, so they are shown only to a viewer whose scope is everything. What a row carries stays
unseen: a call's body may hold what a viewer may not read.
"""

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
    """A dead row; `result` says why and after how many attempts. What comes behind it for its subject waits."""

    outbox_id: uuid.UUID
    topic: str
    subject: str
    key: str
    attempts: int
    tried_at: dt.datetime
    result: dict[str, Any] | None


class Page(msgspec.Struct):
    """Dead rows, the oldest first, and the cursor of the page after them."""

    rows: list[Row]
    next: str | None


def dead(
    connection: db.Connection, *, viewer: Viewer, topic: str | None = None, cursor: str | None = None, count: int = 50
) -> Page:
    """Rows that somebody must decide on: try again, or give up. Raises cursors.Unreadable."""
    (after_id,) = cursors.read(cursor, (uuid.UUID,)) if cursor else (None,)
    wanted = min(max(count, 1), limits.PAGE_ROWS_MAX)
    asked = {"topic": topic, "after_id": after_id, "count": wanted + 1, **viewer.scope}
    found = [Row(*row) for row in connection.execute(Q.dead, asked, prepare=False).fetchall()]
    rows = found[:wanted]
    return Page(rows, cursors.write(rows[-1].outbox_id) if len(found) > wanted else None)
