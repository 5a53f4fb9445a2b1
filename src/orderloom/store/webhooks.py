"""Since when nothing has reached a webhook."""

import datetime as dt
from collections.abc import Collection

from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


def failing(connection: db.Connection, names: Collection[str]) -> dict[str, dt.datetime]:
    """Since when nothing has reached those of these webhooks that fail."""
    return dict(connection.execute(Q.failing, {"names": sorted(names)}).fetchall())


def failed(connection: db.Connection, names: Collection[str], *, now: dt.datetime) -> None:
    """These were not reached; one that fails already keeps its time."""
    if names:
        connection.execute(Q.failed, {"names": sorted(names), "now": now})


def recovered(connection: db.Connection, names: Collection[str]) -> None:
    """These were reached, or begin anew."""
    if names:
        connection.execute(Q.recovered, {"names": sorted(names)})
