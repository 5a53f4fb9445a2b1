"""Raw messages and the sealed persons in them."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from orderloom.kit import limits
from orderloom.store import copying, sql
from orderloom.store import database as db

Q = sql.load(__file__)

_MESSAGE = (
    "uuid", "text", "text", "text", "timestamptz", "text", "text", "text", "uuid", "int4", "uuid", "int8", "int8",
    "int8", "text", "json", "bytea",
)  # fmt: skip


class Message(msgspec.Struct):
    """A raw message with what became of it: done, repeated, or quarantined with its reason.

    `intent` is what it wants (order, credit_note, cancel), `became` what its rows are in (order, amendment,
    cancellation, or "" while they all wait). `order_n` is the order's last event when it was applied. Of `row_count`
    rows from row `row_from` of its file, `rows_refused` wait in quarantine; `awaits` names what would let them be
    tried again: "order <external_no>" or "customer <customer_no>".
    """

    message_id: uuid.UUID
    channel: str
    external_no: str
    door: str
    received_at: dt.datetime
    sealed: bytes
    state: str = "received"
    intent: str = "order"
    became: str = ""
    order_id: uuid.UUID | None = None
    order_n: int = 0
    import_id: uuid.UUID | None = None
    row_from: int | None = None
    row_count: int = 1
    rows_refused: int = 0
    awaits: str = ""
    reason: dict[str, Any] | None = None


class Person(msgspec.Struct):
    """Personal text, sealed, with a salted commitment that the chain may cover."""

    person: uuid.UUID
    version: int
    sealed: bytes
    commitment: bytes


def find(
    connection: db.Connection, message_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, tuple[str, uuid.UUID | None]]:
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
                each.message_id, each.channel, each.external_no, each.door, each.received_at, each.state, each.intent,
                each.became, each.order_id, each.order_n, each.import_id, each.row_from, each.row_count,
                _refused(each), each.awaits,
                msgspec.json.encode(each.reason).decode() if each.reason is not None else None, each.sealed,
            )
            for each in messages
        )  # fmt: skip
        copying.rows(connection, Q.copy_messages, types=_MESSAGE, rows=rows)


def _refused(message: Message) -> int:
    """A message that waits as a whole waits with every row."""
    whole = message.state == "quarantined" and not message.became
    return message.row_count if whole else message.rows_refused


def kept(connection: db.Connection, message_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Message]:
    """These messages as they are kept, whole."""
    if not message_ids:
        return {}
    found = connection.execute(Q.read_messages, {"message_ids": list(message_ids)}).fetchall()
    return {row[0]: Message(*row) for row in found}


def stands(connection: db.Connection, message_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Message]:
    """These messages as they stand, without what they say."""
    if not message_ids:
        return {}
    found = connection.execute(Q.read_stands, {"message_ids": list(message_ids)}).fetchall()
    return {row[0]: Message(*row) for row in found}


def bases(connection: db.Connection, order_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Message]:
    """By order: the last message that was applied to it, which is what its channel is known to have said."""
    if not order_ids:
        return {}
    found = connection.execute(Q.read_bases, {"order_ids": list(order_ids)}).fetchall()
    return {message.order_id: message for row in found if (message := Message(*row)).order_id is not None}


def notes(connection: db.Connection, *, channel: str, external_nos: Collection[str]) -> list[Message]:
    """Credit notes and cancellations of a channel that came under these numbers."""
    if not external_nos:
        return []
    values = {"channel": channel, "external_nos": list(external_nos)}
    return [Message(*row) for row in connection.execute(Q.read_notes, values).fetchall()]


def waiting(connection: db.Connection, *, channel: str, awaited: Collection[str]) -> list[Message]:
    """Messages that wait for one of these, the earliest first; at most `limits.WAITING_MESSAGES_MAX`."""
    if not awaited:
        return []
    values = {"channel": channel, "awaited": list(awaited), "most": limits.WAITING_MESSAGES_MAX}
    return [Message(*row) for row in connection.execute(Q.read_waiting, values).fetchall()]


def awaited(connection: db.Connection, *, channel: str) -> list[str]:
    """What waiting messages of a channel wait for and is here: see `Message.awaits`."""
    return [row[0] for row in connection.execute(Q.read_awaited, {"channel": channel}).fetchall()]


def channels_awaiting(connection: db.Connection, order_ids: Collection[uuid.UUID]) -> list[str]:
    """Channels in which messages wait for one of these orders, or for its customer."""
    rows = connection.execute(Q.channels_awaiting, {"order_ids": list(order_ids)}).fetchall()
    return [row[0] for row in rows]


def resolve(connection: db.Connection, messages: Sequence[Message]) -> None:
    """Write what has become of messages that were kept before."""
    if not messages:
        return
    ordered = sorted(messages, key=lambda each: each.message_id)
    connection.execute(
        Q.resolve_messages,
        {
            "message_ids": [each.message_id for each in ordered],
            "states": [each.state for each in ordered],
            "becames": [each.became for each in ordered],
            "order_ids": [each.order_id for each in ordered],
            "order_ns": [each.order_n for each in ordered],
            "row_counts": [each.row_count for each in ordered],
            "refuseds": [_refused(each) for each in ordered],
            "awaitses": [each.awaits for each in ordered],
            "reasons": [msgspec.json.encode(each.reason).decode() if each.reason else None for each in ordered],
        },
    )


def insert_persons(connection: db.Connection, persons: Sequence[Person]) -> None:
    """Write persons; the same person is one row however often it comes."""
    if not persons:
        return
    known = {(each.person.bytes, each.version): each for each in persons}
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


def discard(connection: db.Connection, message_ids: Sequence[uuid.UUID], *, data: dict[str, Any]) -> set[uuid.UUID]:
    """Give up messages of quarantine; which of them it were. `data` says who did it, and why."""
    values = {"message_ids": sorted(message_ids), "data": msgspec.json.encode(data).decode()}
    return {row[0] for row in connection.execute(Q.discard, values)}


def restore(connection: db.Connection, message_ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Put messages that were given up into quarantine again; which of them it were."""
    return {row[0] for row in connection.execute(Q.restore, {"message_ids": sorted(message_ids)})}
