"""Breakers: what is stopped and what was. A viewer with a scope of channels sees those of its channels only."""

import datetime as dt
import uuid

import msgspec

from orderloom.domain.breakers import Breaker
from orderloom.kit import limits
from orderloom.queries import cursors
from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Page(msgspec.Struct):
    """Breakers, the newest first, and the cursor of the page after them."""

    rows: list[Breaker]
    next: str | None


def page(
    connection: db.Connection, *, viewer: Viewer, everything: bool = False, cursor: str | None = None, count: int = 50
) -> Page:
    """What is stopped now; with `everything` what was lifted too. Raises cursors.Unreadable."""
    after_at, after_id = cursors.read(cursor, (dt.datetime, uuid.UUID)) if cursor else (None, None)
    wanted = min(max(count, 1), limits.PAGE_ROWS_MAX)
    asked = {"everything": everything, "breaker_id": None, "after_at": after_at, "after_id": after_id}
    found = _read(connection, viewer, {**asked, "count": wanted + 1})
    rows = found[:wanted]
    return Page(rows, cursors.write(rows[-1].tripped_at, rows[-1].breaker_id) if len(found) > wanted else None)


def one(connection: db.Connection, breaker_id: uuid.UUID, *, viewer: Viewer) -> Breaker | None:
    """One breaker, lifted or not; None when there is none in scope."""
    asked = {"everything": True, "breaker_id": breaker_id, "after_at": None, "after_id": None, "count": 1}
    return next(iter(_read(connection, viewer, asked)), None)


def _read(connection: db.Connection, viewer: Viewer, asked: dict[str, object]) -> list[Breaker]:
    rows = connection.execute(Q.page, {**asked, **viewer.scope}, prepare=False).fetchall()
    return [Breaker(*row) for row in rows]
