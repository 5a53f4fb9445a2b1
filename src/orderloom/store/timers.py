"""Timers: what is to be asked again at a time; due ones are carried out in batches."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from orderloom.store import copying, sql
from orderloom.store import database as db

Q = sql.load(__file__)

_ROW = ("timestamptz", "uuid", "text", "uuid", "json")


class Timer(msgspec.Struct, frozen=True):
    """Something to be asked again of a subject at a time."""

    due_at: dt.datetime
    timer_id: uuid.UUID
    kind: str
    subject: uuid.UUID
    data: dict[str, Any]


def insert(connection: db.Connection, timers: Sequence[Timer]) -> None:
    """Write timers."""
    if timers:
        rows = (
            (each.due_at, each.timer_id, each.kind, each.subject, msgspec.json.encode(each.data).decode())
            for each in timers
        )
        copying.rows(connection, Q.copy_timers, types=_ROW, rows=rows)


def due(connection: db.Connection, *, kinds: Collection[str], count: int, now: dt.datetime) -> list[Timer]:
    """Up to `count` timers that are due, the oldest first; nothing is taken yet."""
    asked = {"kinds": list(kinds), "count": count, "now": now}
    return [Timer(*row) for row in connection.execute(Q.due, asked).fetchall()]


def take(connection: db.Connection, timers: Collection[tuple[dt.datetime, uuid.UUID]]) -> set[uuid.UUID]:
    """Take (due, id) away; returns those that were there for us. They come back if the transaction fails."""
    if not timers:
        return set()
    asked = {"due_ats": [due_at for due_at, _ in timers], "timer_ids": [timer_id for _, timer_id in timers]}
    return {row[0] for row in connection.execute(Q.take, asked).fetchall()}
