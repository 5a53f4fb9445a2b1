"""The audit trail as people read it: who, when, what, from where, before and after.

It tells of the whole workspace, so that only a viewer whose scope has all of it sees any line.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import msgspec

from orderloom.domain import codes
from orderloom.kit import limits
from orderloom.queries import cursors
from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Line(msgspec.Struct):
    """One line. `n` is its place in the chain, which it gets within moments; `told` says in words why something was
    refused."""

    audit_id: uuid.UUID
    at: dt.datetime
    actor: str
    origin: str
    what: str
    subject: str
    before: Any
    after: Any
    n: int | None
    told: dict[str, str] = {}


class Page(msgspec.Struct):
    """Lines, the newest first, and the cursor of the page after them."""

    rows: list[Line]
    next: str | None


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What the list is narrowed to: whose, about what, which (`session` is all of `session.opened` …), a part of where
    it came from, and when: from an instant on, up to another."""

    actor: str | None = None
    subject: str | None = None
    what: str | None = None
    origin: str | None = None
    at_from: dt.datetime | None = None
    at_to: dt.datetime | None = None


def page(
    connection: db.Connection, *, viewer: Viewer, filters: Filters, cursor: str | None = None, count: int = 50
) -> Page:
    """A page of the trail; empty for a viewer whose scope is limited. Raises cursors.Unreadable."""
    after_at, after_id = cursors.read(cursor, (dt.datetime, uuid.UUID)) if cursor else (None, None)
    if viewer.limited:
        return Page([], None)
    wanted = min(max(count, 1), limits.PAGE_ROWS_MAX)
    asked = {**msgspec.structs.asdict(filters), "after_at": after_at, "after_id": after_id, "count": wanted + 1}
    found = [Line(*row) for row in connection.execute(Q.page, asked, prepare=False).fetchall()]
    rows = found[:wanted]
    for each in rows:
        each.told = _told(each)
    return Page(rows, cursors.write(rows[-1].at, rows[-1].audit_id) if len(found) > wanted else None)


def every(connection: db.Connection, *, viewer: Viewer, filters: Filters) -> Iterator[Line]:
    """All lines of the filters, page after page, the newest first."""
    cursor: str | None = None
    while True:
        found = page(connection, viewer=viewer, filters=filters, cursor=cursor, count=limits.PAGE_ROWS_MAX)
        yield from found.rows
        if (cursor := found.next) is None:
            return


def _told(line: Line) -> dict[str, str]:
    after = line.after
    return {**codes.refusal({"code": after.get("code"), "data": after})} if isinstance(after, dict) else {}
