"""Alerts that stand: which figures are where they must not be, since when, and whether people were told."""

import datetime as dt

import msgspec

from orderloom.kit import limits
from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Standing(msgspec.Struct):
    """One group of an alert's metric beyond its bound."""

    alert: str
    key: str
    since: dt.datetime
    told_at: dt.datetime | None
    value: float


def standing(connection: db.Connection, *, viewer: Viewer) -> list[Standing]:
    """All of them, the oldest first. They are figures of the whole workspace: who sees a part of it sees none."""
    if viewer.limited:
        return []
    rows = connection.execute(Q.standing, {"count": limits.PAGE_ROWS_MAX})
    return [Standing(*row) for row in rows]
