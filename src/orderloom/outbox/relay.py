"""The relay: gives events their public, gapless position, and feeds what is written beside the log.

A seal covers the entries of all transactions in [end of the last seal, horizon): below the horizon every transaction is
finished, so nothing can come in between later. Positions number events in (transaction, entry, event) order.
Readers follow the seals, each with a cursor; what a reader writes commits with its cursor, so it is written once.
Any number of processes may call `step`: a locked row lets one at a time through, the others do nothing.
"""

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Sequence

import msgspec
import structlog

from orderloom.actions.hub import Hub
from orderloom.domain import log
from orderloom.kit import limits
from orderloom.outbox import glances
from orderloom.store import audit as audit_store
from orderloom.store import database as db
from orderloom.store import relay as relay_store

_log = structlog.get_logger(__name__)

_RELAY = "relay"


class Said(msgspec.Struct, frozen=True):
    """An entry at its place: its first event has `position`, the next ones follow it."""

    position: int
    kind: str
    subject: uuid.UUID
    n: int
    recorded_at: dt.datetime
    page: glances.Page
    body: str

    def whole(self) -> log.Body:
        """The body with all that it says."""
        return log.read(self.body)


class Reader(msgspec.Struct, frozen=True):
    """Something kept beside the log: its name, the kinds of entries it reads, and how it writes them."""

    name: str
    kinds: frozenset[str]
    write: Callable[[Hub, db.Connection, Sequence[Said], dt.datetime], None]


def step(hub: Hub, readers: Sequence[Reader], *, now: dt.datetime) -> bool:
    """Seal what is finished and feed the readers once, both bounded; whether there was anything to do."""
    sealed = seal(hub, now=now)
    return feed(hub, readers, now=now) or sealed > 0


def seal(hub: Hub, *, now: dt.datetime) -> int:
    """Seal the next finished transactions, and chain the audit trail.

    The number of entries sealed, 0 when there are none or another is at it.
    """
    with hub.database.workspace(hub.workspace) as connection:
        if not relay_store.lock_cursors(connection, [_RELAY], now=now):
            return 0
        audit_store.chain(connection, genesis=log.GENESIS, count=limits.SEAL_ENTRIES_MAX)
        position, xid_from, chain = relay_store.last_seal(connection) or (0, relay_store.FIRST_XID, log.GENESIS)
        horizon = relay_store.horizon(connection)
        found, xid_to = _finished(connection, xid_from, horizon)
        if not found:
            return 0
        last = position + sum(count for _, count, _ in found)
        root = log.merkle_root([hash_ for _, _, hash_ in found])
        made = relay_store.Seal(position + 1, last, xid_from, xid_to, len(found))
        chained = chained_seal(chain, root=root, first=made.first_position, last=made.last_position)
        relay_store.insert_seal(connection, made, root=root, chain=chained, now=now)
        relay_store.move_cursors(connection, [_RELAY], position=last, now=now)
    return len(found)


def chained_seal(previous: bytes, *, root: bytes, first: int, last: int) -> bytes:
    """SHA-256 over the previous seal's chain, this root and the positions it covers (8 bytes each, big-endian)."""
    return hashlib.sha256(previous + root + first.to_bytes(8, "big") + last.to_bytes(8, "big")).digest()


def _finished(connection: db.Connection, xid_from: int, horizon: int) -> tuple[list[tuple[int, int, bytes]], int]:
    """Entries of whole transactions, about SEAL_ENTRIES_MAX of them, and the first transaction that is not among them.

    A transaction is never split: one that is larger than the bound alone makes a larger seal.
    """
    most = limits.SEAL_ENTRIES_MAX
    while True:
        found = relay_store.unsealed(connection, xid_from=xid_from, horizon=horizon, count=most + 1)
        if len(found) <= most:
            return found, horizon
        last = found[-1][0]
        whole = [entry for entry in found if entry[0] < last]
        if whole:
            return whole, last
        most *= 4


def feed(hub: Hub, readers: Sequence[Reader], *, now: dt.datetime) -> bool:
    """Feed the readers that are furthest behind; whether there was anything to read.

    A reader that fails does not stop the others: it stays where it is, and its error is raised after they were fed.
    """
    try:
        return _feed(hub, readers, now)
    except db.GONE:
        raise
    except Exception:  # Whatever it is, one of them failed: each is fed by itself, and its own error told below.
        if len(readers) == 1:
            raise
    fed, failed = False, None
    for reader in readers:
        try:
            fed = _feed(hub, [reader], now) or fed
        except db.GONE:
            raise
        except Exception as error:
            _log.exception("reader failed", reader=reader.name, workspace=hub.workspace)
            failed = error
    if failed is not None:
        raise failed
    return fed


def _feed(hub: Hub, readers: Sequence[Reader], now: dt.datetime) -> bool:
    with hub.database.workspace(hub.workspace) as connection:
        cursors = relay_store.lock_cursors(connection, [each.name for each in readers], now=now)
        if not cursors:
            return False
        position = min(cursors.values())
        behind = [each for each in readers if cursors.get(each.name) == position]
        seals = _next_seals(connection, position)
        if not seals:
            return False
        said = read(connection, seals, kinds=frozenset().union(*(each.kinds for each in behind)))
        for reader in behind:
            mine = [each for each in said if each.kind in reader.kinds]
            if mine:
                reader.write(hub, connection, mine, now)
        relay_store.move_cursors(connection, [each.name for each in behind], position=seals[-1].last_position, now=now)
    return True


def _next_seals(connection: db.Connection, position: int) -> list[relay_store.Seal]:
    """The next seals, together at most FEED_ENTRIES_MAX entries, or one larger seal alone."""
    seals = relay_store.seals_after(connection, position=position, count=limits.FEED_SEALS_MAX)
    entries = 0
    for i, each in enumerate(seals):
        entries += each.entries
        if entries > limits.FEED_ENTRIES_MAX:
            return seals[: max(1, i)]
    return seals


def read(connection: db.Connection, seals: Sequence[relay_store.Seal], *, kinds: frozenset[str]) -> list[Said]:
    """The entries of consecutive seals of these kinds, each at its position."""
    position = seals[0].first_position
    said = []
    for each in relay_store.entries(connection, xid_from=seals[0].xid_from, xid_to=seals[-1].xid_to, kinds=kinds):
        if each.body is not None:
            page = glances.read(each.body)
            said.append(Said(position, each.kind, each.subject, each.n, each.recorded_at, page, each.body))
        position += each.count
    assert position == seals[-1].last_position + 1, "a seal counts exactly the events of its entries"
    return said
