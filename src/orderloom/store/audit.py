"""The audit trail: who did or saw what that the log does not tell."""

import datetime as dt
import hashlib
import uuid

import msgspec

from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Line(msgspec.Struct, frozen=True):
    """One line of the trail; `origin` is the door and the address it came through."""

    audit_id: uuid.UUID
    at: dt.datetime
    actor: str
    origin: str
    what: str
    subject: str


def insert(connection: db.Connection, line: Line) -> None:
    """Write a line, with a hash over all it says."""
    digest = hashlib.sha256(msgspec.json.encode(line)).digest()
    connection.execute(Q.insert, {**msgspec.structs.asdict(line), "hash": digest})


def sealed_message(connection: db.Connection, message_id: uuid.UUID) -> tuple[bytes | None] | None:
    """A raw message's sealed text, None in it once it is erased; None when there is no such message."""
    return connection.execute(Q.sealed_message, {"message_id": message_id}).fetchone()  # type: ignore[return-value]
