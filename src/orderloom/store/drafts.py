"""Attempts that a rule refused where a person waited: kept sealed, until a grant or a correction resumes them."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import msgspec

from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Draft(msgspec.Struct):
    """A refused attempt: the sealed command, and the refusal as the person saw it."""

    draft_id: uuid.UUID
    door: str
    customer_no: str
    sealed: bytes
    refusal: dict[str, Any]
    created_at: dt.datetime | None = None
    resumed_at: dt.datetime | None = None
    order_id: uuid.UUID | None = None


def insert(connection: db.Connection, drafts: Sequence[Draft], *, at: dt.datetime) -> None:
    """Keep attempts."""
    if drafts:
        connection.execute(
            Q.insert_drafts,
            {
                "draft_ids": [each.draft_id for each in drafts],
                "doors": [each.door for each in drafts],
                "customer_nos": [each.customer_no for each in drafts],
                "sealeds": [each.sealed for each in drafts],
                "refusals": [msgspec.json.encode(each.refusal).decode() for each in drafts],
                "at": at,
            },
        )


def lock(connection: db.Connection, draft_id: uuid.UUID) -> Draft | None:
    """The attempt, locked, or None."""
    row = connection.execute(Q.lock_draft, {"draft_id": draft_id}).fetchone()
    return Draft(*row) if row else None


def resume(connection: db.Connection, draft_id: uuid.UUID, *, order_id: uuid.UUID, at: dt.datetime) -> None:
    """Say that the attempt became an order."""
    connection.execute(Q.resume_draft, {"draft_id": draft_id, "order_id": order_id, "at": at})
