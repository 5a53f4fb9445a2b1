"""Raw messages and the sealed persons in them."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from orderloom.store import copying, sql
from orderloom.store import database as db

Q = sql.load(__file__)

_MESSAGE = ("uuid", "text", "text", "text", "timestamptz", "text", "uuid", "uuid", "int8", "int8", "json", "bytea")


class Message(msgspec.Struct):
    """A raw message with what became of it: done, repeated, refused, or quarantined with its reason."""

    message_id: uuid.UUID
    channel: str
    external_no: str
    door: str
    received_at: dt.datetime
    sealed: bytes
    state: str = "received"
    order_id: uuid.UUID | None = None
    import_id: uuid.UUID | None = None
    row_from: int | None = None
    row_count: int = 1
    reason: dict[str, Any] | None = None


class Person(msgspec.Struct):
    """Personal text, sealed, with a salted commitment that the chain may cover."""

    person: uuid.UUID
    version: int
    sealed: bytes
    commitment: bytes


def find(connection: db.Connection, message_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, tuple[str, uuid.UUID | None]]:
    """Which of these messages are in the house already: their state and order."""
    if not message_ids:
        return {}
    found = connection.execute(Q.find_messages, {"message_ids": list(message_ids)}).fetchall()
    return {message_id: (state, order_id) for message_id, state, order_id in found}


def insert(connection: db.Connection, messages: Sequence[Message]) -> None:
    """Write raw messages. One that is there already stops the transaction."""
    if messages:
        rows = (
            (
                each.message_id, each.channel, each.external_no, each.door, each.received_at, each.state, each.order_id,
                each.import_id, each.row_from, each.row_count,
                msgspec.json.encode(each.reason).decode() if each.reason is not None else None, each.sealed,
            )
            for each in messages
        )  # fmt: skip
        copying.rows(connection, Q.copy_messages, types=_MESSAGE, rows=rows)


def insert_persons(connection: db.Connection, persons: Sequence[Person]) -> None:
    """Write persons; the same person is one row however often it comes."""
    if not persons:
        return
    known = {(each.person, each.version): each for each in persons}
    ordered = [known[key] for key in sorted(known)]
    connection.execute(
        Q.insert_persons,
        {
            "persons": [each.person for each in ordered],
            "versions": [each.version for each in ordered],
            "sealeds": [each.sealed for each in ordered],
            "commitments": [each.commitment for each in ordered],
        },
    )
