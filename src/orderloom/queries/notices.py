"""Notices: the inbox of a viewer: what was told to it, to the roles it has and to the warehouses it works in."""

import datetime as dt
import uuid
from typing import Any

import msgspec

from orderloom.domain.templates import Level
from orderloom.kit import limits
from orderloom.queries import cursors
from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Words(msgspec.Struct):
    """The same in both languages."""

    zh: str = ""
    en: str = ""


class Notice(msgspec.Struct):
    """Something an audience was told; `seen_at` is when this viewer saw it."""

    notice_id: uuid.UUID
    topic: str
    subject: str
    audience: str
    at: dt.datetime
    level: str
    title: Words
    text: Words
    seen_at: dt.datetime | None


class Page(msgspec.Struct):
    """Notices, the newest first, the cursor of the page after them, and how many are unseen (as far as is counted)."""

    rows: list[Notice]
    next: str | None
    unseen: int


def page(
    connection: db.Connection,
    *,
    viewer: Viewer,
    unseen: bool = False,
    level: Level | None = None,
    cursor: str | None = None,
    count: int = 50,
) -> Page:
    """The viewer's inbox; `unseen` leaves out what was seen, `level` what is of another.

    Raises cursors.Unreadable.
    """
    at, notice_id = cursors.read(cursor, (dt.datetime, uuid.UUID)) if cursor else (None, None)
    wanted = min(max(count, 1), limits.PAGE_ROWS_MAX)
    hears = viewer.hears
    asked = {"person": viewer.name, "audiences": None if hears is None else sorted(hears), **viewer.scope}
    rows = connection.execute(
        Q.page,
        {**asked, "unseen": unseen, "level": level, "after_at": at, "after_id": notice_id, "count": wanted + 1},
        prepare=False,
    ).fetchall()
    found = [_notice(row) for row in rows]
    counted = connection.execute(Q.unseen, {**asked, "count": limits.NOTICES_MARKED_MAX}, prepare=False).fetchone()
    assert counted is not None
    last = found[wanted - 1] if len(found) > wanted else None
    return Page(found[:wanted], cursors.write(last.at, last.notice_id) if last else None, counted[0])


def _notice(row: tuple[Any, ...]) -> Notice:
    notice_id, topic, subject, audience, at, level, said, seen_at = row
    title, text = (msgspec.convert(said.get(name) or {}, Words) for name in ("title", "text"))
    return Notice(notice_id, topic, subject, audience, at, level, title, text, seen_at)
