"""Snapshots of the stock pools: where a back-test begins to replay what was said of stock."""

import datetime as dt
import uuid

from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


def newest(connection: db.Connection) -> dt.datetime | None:
    """When the last one was taken."""
    row = connection.execute(Q.newest).fetchone()
    return row[0] if row else None


def take(connection: db.Connection, *, snapshot_id: uuid.UUID, at: dt.datetime) -> int:
    """Keep all pools as they stand; returns how many. Nobody is held up by it."""
    return connection.execute(Q.take, {"snapshot_id": snapshot_id, "at": at}).rowcount


def forget(connection: db.Connection, *, before: dt.datetime) -> None:
    """Drop those taken before an instant."""
    connection.execute(Q.forget, {"before": before})
