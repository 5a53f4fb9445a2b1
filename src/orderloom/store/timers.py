"""Timers: what is to be asked again at a time; due ones are claimed in batches."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import msgspec

from orderloom.store import copying, sql
from orderloom.store import database as db

Q = sql.load(__file__)

_ROW = ("timestamptz", "uuid", "text", "uuid", "json")
Due = tuple[dt.datetime, uuid.UUID, str, uuid.UUID, dict[str, Any]]


def insert(connection: db.Connection, rows: Sequence[Due]) -> None:
    """Write (due, id, kind, subject, data)."""
    if rows:
        encoded = ((due, id_, kind, subject, msgspec.json.encode(data).decode()) for due, id_, kind, subject, data in rows)
        copying.rows(connection, Q.copy_timers, types=_ROW, rows=encoded)


def claim(connection: db.Connection, *, now: dt.datetime, count: int) -> list[Due]:
    """Take up to `count` due timers away; they come back if the transaction does not commit."""
    return connection.execute(Q.claim_due, {"now": now, "count": count}).fetchall()  # type: ignore[return-value]
