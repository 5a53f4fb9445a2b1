"""Alerts that stand: which figures are where they must not be, since when, and whether people were told."""

import datetime as dt

import msgspec

from orderloom.domain import alerts
from orderloom.domain.alerts import Alert
from orderloom.domain.documents.versions import Documents
from orderloom.kit import limits
from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Standing(msgspec.Struct):
    """One group of an alert's metric beyond its bound, with what the alert is about and does; `document` is None where
    it is no longer in force."""

    alert: str
    key: str
    since: dt.datetime
    told_at: dt.datetime | None
    value: float
    document: Alert | None = None


def standing(connection: db.Connection, *, viewer: Viewer, documents: Documents) -> list[Standing]:
    """All of them, the oldest first. They are figures of the whole workspace: who sees a part of it sees none."""
    if viewer.limited:
        return []
    rows = connection.execute(Q.standing, {"count": limits.PAGE_ROWS_MAX})
    known = {name: alerts.read(each.content) for name, each in documents.get("alert", {}).items()}
    return [Standing(*row, document=known.get(row[0])) for row in rows]
