"""Notices: what people of the house are told, and who has seen it."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Notice(msgspec.Struct, frozen=True):
    """What an audience is told, in both languages; the payload is what it was made of."""

    notice_id: uuid.UUID
    topic: str
    subject: str
    audience: str
    payload: dict[str, Any]
    said: dict[str, Any]
    level: str


def insert(connection: db.Connection, notices: Sequence[Notice], *, now: dt.datetime) -> None:
    """Tell people of the house. Told twice is told once."""
    if notices:
        connection.execute(
            Q.insert,
            {
                "notice_ids": [each.notice_id for each in notices],
                "topics": [each.topic for each in notices],
                "subjects": [each.subject for each in notices],
                "audiences": [each.audience for each in notices],
                "payloads": [msgspec.json.encode(each.payload).decode() for each in notices],
                "saids": [msgspec.json.encode(each.said).decode() for each in notices],
                "levels": [each.level for each in notices],
                "now": now,
            },
        )


def mark(
    connection: db.Connection,
    *,
    person: str,
    notice_ids: Sequence[uuid.UUID] | None,
    audiences: Collection[str] | None,
    count: int,
    now: dt.datetime,
) -> int:
    """Note that a person has seen notices of these audiences: those named, or up to `count` of all; returns how many
    were new to them."""
    asked = {
        "person": person,
        "notice_ids": None if notice_ids is None else list(notice_ids),
        "audiences": None if audiences is None else sorted(audiences),
        "count": count,
        "now": now,
    }
    return len(connection.execute(Q.mark, asked).fetchall())


def forget(connection: db.Connection, *, before: dt.datetime, count: int) -> int:
    """Delete up to `count` notices older than a time; returns how many."""
    row = connection.execute(Q.forget, {"before": before, "count": count}).fetchone()
    assert row is not None
    return row[0]


def contacts(connection: db.Connection, order_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """E-mail addresses of orders' customers, where they are known."""
    return dict(connection.execute(Q.contacts, {"order_ids": list(order_ids)}).fetchall())
