"""Rows of advices: what was proposed for an order by which rule, and what was accepted."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import msgspec

from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Advice(msgspec.Struct):
    """A proposal: the rule's row and version, all it said, when it was first shown, and when somebody accepted it."""

    advice_id: uuid.UUID
    rule: str
    version: int
    said: dict[str, Any]
    proposed_at: dt.datetime
    accepted_at: dt.datetime | None = None
    accepted_by: str | None = None


def propose(
    connection: db.Connection, order_id: uuid.UUID, proposed: Sequence[Advice], *, to: str, at: dt.datetime
) -> list[Advice]:
    """Keep proposals; returns them as they stand, those made before with what became of them."""
    if not proposed:
        return []
    asked = {
        "order_id": order_id,
        "advice_ids": [each.advice_id for each in proposed],
        "rules": [each.rule for each in proposed],
        "versions": [each.version for each in proposed],
        "saids": [msgspec.json.encode(each.said).decode() for each in proposed],
        "to": to,
        "at": at,
    }
    connection.execute(Q.propose, asked)
    return [Advice(*row) for row in connection.execute(Q.of_order, asked).fetchall()]


def lock(connection: db.Connection, advice_id: uuid.UUID, *, order_id: uuid.UUID) -> Advice | None:
    """One proposal of an order, locked until the transaction ends; None when there is none."""
    found = connection.execute(Q.lock, {"advice_id": advice_id, "order_id": order_id}).fetchone()
    return Advice(*found) if found else None


def accept(connection: db.Connection, advice_id: uuid.UUID, *, by: str, at: dt.datetime) -> None:
    """Write down who accepted a proposal; the first time counts."""
    connection.execute(Q.accept, {"advice_id": advice_id, "by": by, "at": at})
