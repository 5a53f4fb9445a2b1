"""The log's words: an entry, its bytes, and the chain and seal that make tampering show.

An entry is all that one transaction said of one subject: its events in order, when they happened, who
said so and by which rules. A subject is an order, an account, or one command on stock.
"""

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from orderloom.domain import approvals, credit, records, stock
from orderloom.domain.orders import events

GENESIS = b"\0" * 32

AnyEvent = events.OrderEvent | stock.StockEvent | credit.AccountEvent | approvals.ApprovalEvent | records.RecordEvent


class Body(msgspec.Struct, omit_defaults=True):
    """What an entry says. `v` tells the shape of its events; `domain.fold` reads every shape ever written.

    `moved` is the subject's stage before (empty for a new one) and after, where the entry changed it: so that whoever
    counts stages needs no fold.
    """

    at: dt.datetime
    actor: str
    source: str
    revision: int
    events: Sequence[AnyEvent]
    why: dict[str, Any] = {}
    moved: tuple[str, str] | None = None
    v: int = 1


class Entry(msgspec.Struct):
    """A body in its place: event numbers n … n+count−1 of the subject, chained to what was said before."""

    kind: str
    subject: uuid.UUID
    n: int
    count: int
    recorded_at: dt.datetime
    body: bytes
    hash: bytes


class Head(msgspec.Struct):
    """The end of a subject's chain: its last event number and last hash."""

    n: int
    hash: bytes


_encode = msgspec.json.Encoder(decimal_format="string").encode
_decode = msgspec.json.Decoder(Body).decode


def write(*, kind: str, subject: uuid.UUID, head: Head | None, body: Body, recorded_at: dt.datetime) -> Entry:
    """Put a body after the subject's head."""
    number = head.n if head else 0
    encoded = _encode(body)
    chained = chain(head.hash if head else GENESIS, subject=subject, n=number + 1, body=encoded)
    return Entry(kind, subject, number + 1, len(body.events), recorded_at, encoded, chained)


def read(body: bytes | str) -> Body:
    """The body as it was written."""
    return _decode(body)


def chain(previous: bytes, *, subject: uuid.UUID, n: int, body: bytes) -> bytes:
    """SHA-256 over the previous hash, the subject, the first event's number and the body's bytes."""
    return hashlib.sha256(b"%b%b%d %b" % (previous, subject.bytes, n, body)).digest()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """The Merkle tree hash of RFC 6962 §2.1 over entry hashes."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = [hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        pairs = [hashlib.sha256(b"\1" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            pairs.append(level[-1])
        level = pairs
    return level[0]


def names(said: Iterable[AnyEvent]) -> list[str]:
    """The events' names as people see them."""
    return [event.__struct_config__.tag for event in said]  # type: ignore[misc]
