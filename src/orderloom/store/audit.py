"""The audit trail: who did or saw what that the log does not tell.

A line is written with a hash over all it says, in the transaction of what it tells of. The relay then gives it its
place and a chain over its hash and the line before: nothing that lines share is touched while somebody waits.
"""

import datetime as dt
import hashlib
import uuid
from typing import Any

import msgspec

from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of the trail; `origin` is the door and the address it came through; `before` and `after` tell what
    changed."""

    audit_id: uuid.UUID
    at: dt.datetime
    actor: str
    origin: str
    what: str
    subject: str
    before: Any = None
    after: Any = None


def hashed(line: Line) -> bytes:
    """The hash over all that a line says."""
    return hashlib.sha256(msgspec.json.encode(line)).digest()


def chained(previous: bytes, *, hash_: bytes, n: int) -> bytes:
    """SHA-256 over the chain of the line before, this line's hash and its place (8 bytes, big-endian)."""
    return hashlib.sha256(previous + hash_ + n.to_bytes(8, "big")).digest()


def insert(connection: db.Connection, line: Line) -> None:
    """Write a line, with its hash."""
    values = {**msgspec.structs.asdict(line), "hash": hashed(line)}
    for name in ("before", "after"):
        values[name] = None if values[name] is None else msgspec.json.encode(values[name]).decode()
    connection.execute(Q.insert, values)


def chain(connection: db.Connection, *, genesis: bytes, count: int) -> int:
    """Chain up to `count` lines that have no place yet; returns how many. The caller holds the relay's lock."""
    loose = connection.execute(Q.loose, {"count": count}).fetchall()
    if not loose:
        return 0
    n, previous = connection.execute(Q.head).fetchone() or (0, genesis)
    chains: list[bytes] = []
    for place, (_, hash_) in enumerate(loose, n + 1):
        previous = chained(previous, hash_=hash_, n=place)
        chains.append(previous)
    ids = [audit_id for audit_id, _ in loose]
    connection.execute(Q.chain, {"audit_ids": ids, "first": n + 1, "chains": chains})
    return len(loose)


def sealed_message(connection: db.Connection, message_id: uuid.UUID) -> tuple[bytes | None] | None:
    """A raw message's sealed text, None in it once it is erased; None when there is no such message."""
    return connection.execute(Q.sealed_message, {"message_id": message_id}).fetchone()  # type: ignore[return-value]
