"""Rows of shadows: the drafts that decide beside, how far each has come, and what it would have decided otherwise."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import msgspec

from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)

_encode = msgspec.json.Encoder(decimal_format="string").encode


class Document(msgspec.Struct, frozen=True):
    """A draft as it was when its shadow began."""

    kind: str
    name: str
    edition: int
    content: dict[str, Any]


class Running(msgspec.Struct, frozen=True):
    """A running shadow, with how far it has come."""

    shadow_id: uuid.UUID
    documents: list[Document]
    position: int


class Shadow(msgspec.Struct, frozen=True):
    """A shadow and its counts so far."""

    shadow_id: uuid.UUID
    documents: list[Document]
    begun_at: dt.datetime
    begun_by: str
    ended_at: dt.datetime | None
    ended_because: str
    orders: int
    changed: int
    not_comparable: int


class Change(msgspec.Struct, frozen=True):
    """An order that would have been decided otherwise: field → [live, by the drafts]."""

    order_id: uuid.UUID
    order_no: str
    at: dt.datetime
    fields: dict[str, list[Any]]


class Found(msgspec.Struct, frozen=True):
    """What a shadow found on a stretch of the log."""

    orders: int
    not_comparable: int
    changes: list[Change]


def begin(
    connection: db.Connection, *, shadow_id: uuid.UUID, documents: Sequence[Document], by: str, at: dt.datetime
) -> None:
    """Begin a shadow with the next order that gets its position."""
    asked = {"shadow_id": shadow_id, "documents": _encode(documents).decode(), "by": by, "at": at}
    connection.execute(Q.begin, asked)


def running(connection: db.Connection) -> int:
    """How many run."""
    row = connection.execute(Q.running).fetchone()
    assert row is not None
    return row[0]


def behind(connection: db.Connection) -> Running | None:
    """The shadow that is furthest behind; None when all have caught up."""
    row = connection.execute(Q.behind).fetchone()
    return Running(row[0], msgspec.convert(row[1], list[Document]), row[2]) if row else None


def advance(connection: db.Connection, running: Running, found: Found, *, position: int) -> None:
    """Keep what was found up to a position, unless another process has done so meanwhile."""
    asked = {"shadow_id": running.shadow_id, "was": running.position, "position": position, "orders": found.orders,
             "changed": len(found.changes), "not_comparable": found.not_comparable}  # fmt: skip
    if connection.execute(Q.advance, asked).rowcount and found.changes:
        rows = {
            "order_ids": [each.order_id for each in found.changes],
            "order_nos": [each.order_no for each in found.changes],
            "ats": [each.at for each in found.changes],
            "fields": [_encode(each.fields).decode() for each in found.changes],
        }
        connection.execute(Q.keep, {"shadow_id": running.shadow_id, **rows})


def end(connection: db.Connection, shadow_id: uuid.UUID, *, because: str, at: dt.datetime) -> bool:
    """End a shadow; False when there is none that runs."""
    return connection.execute(Q.end, {"shadow_id": shadow_id, "because": because, "at": at}).rowcount > 0


def listed(connection: db.Connection, *, count: int, shadow_id: uuid.UUID | None = None) -> list[Shadow]:
    """Shadows, the newest first, or one of them."""
    rows = connection.execute(Q.listed, {"count": count, "shadow_id": shadow_id}).fetchall()
    return [Shadow(row[0], msgspec.convert(row[1], list[Document]), *row[2:]) for row in rows]


def changes(connection: db.Connection, shadow_id: uuid.UUID, *, count: int) -> list[Change]:
    """What a shadow would have decided otherwise, the newest first."""
    return [Change(*row) for row in connection.execute(Q.changes, {"shadow_id": shadow_id, "count": count})]
