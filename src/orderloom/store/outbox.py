"""What is to leave the house: rows written with the order, drained after the commit."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import msgspec

from orderloom.store import copying, sql
from orderloom.store import database as db

Q = sql.load(__file__)

_ROW = ("uuid", "text", "text", "text", "json", "timestamptz")


def insert(
    connection: db.Connection, rows: Sequence[tuple[uuid.UUID, str, str, str, dict[str, Any], dt.datetime]]
) -> None:
    """Write (id, topic, subject, key, payload, due) and wake the loops when this commits."""
    if rows:
        encoded = ((id_, topic, subject, key, msgspec.json.encode(payload).decode(), due) for id_, topic, subject, key, payload, due in rows)
        copying.rows(connection, Q.copy_outbox, types=_ROW, rows=encoded)
        connection.execute(Q.wake)
