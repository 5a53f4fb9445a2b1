"""The relay's rows: seals, cursors, and what is read from the log to be written beside it."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence

import msgspec

from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)

# Transaction numbers of a restored archive lie below zero; nothing lies below this.
FIRST_XID = -(2**63)


class Seal(msgspec.Struct, frozen=True):
    """Positions [first_position, last_position] are the entries of transactions [xid_from, xid_to)."""

    first_position: int
    last_position: int
    xid_from: int
    xid_to: int
    entries: int


class Entry(msgspec.Struct, frozen=True):
    """An entry of the log as readers get it; the body is there only for the kinds asked for."""

    kind: str
    subject: uuid.UUID
    n: int
    count: int
    recorded_at: dt.datetime
    body: str | None


class OrderFacts(msgspec.Struct, frozen=True):
    """What readers need of an order beside its events."""

    order_id: uuid.UUID
    channel: str
    order_no: str
    placed_at: dt.datetime
    total_minor: int
    currency: str


# (metric, bucket, channel, key); the channel is empty where the metric is of none.
Sum = tuple[str, dt.datetime, str, str]


class Found(msgspec.Struct, frozen=True):
    """The tokens under which an order is found: for good, and while it is young."""

    order_id: uuid.UUID
    placed_at: dt.datetime
    lasting: list[int]
    passing: list[int]


def horizon(connection: db.Connection) -> int:
    """Every transaction below this number is finished. A statement of its own: those after it see all of them."""
    row = connection.execute(Q.horizon).fetchone()
    assert row is not None
    return row[0]


def lock_cursors(connection: db.Connection, names: Collection[str], *, now: dt.datetime) -> dict[str, int]:
    """The positions of those cursors that no other process is at, locked; new ones start at 0."""
    asked = {"names": list(names)}
    found = dict(connection.execute(Q.lock_cursors, asked).fetchall())
    if len(found) < len(names):
        connection.execute(Q.open_cursors, {**asked, "now": now})
        found = dict(connection.execute(Q.lock_cursors, asked).fetchall())
    return found


def move_cursors(connection: db.Connection, names: Collection[str], *, position: int, now: dt.datetime) -> None:
    """Say how far these readers have come."""
    connection.execute(Q.move_cursors, {"names": list(names), "position": position, "now": now})


def take_lease(
    connection: db.Connection, name: str, *, holder: uuid.UUID, now: dt.datetime, until: dt.datetime
) -> bool:
    """Take or keep a lease until a time; whether it is ours."""
    asked = {"name": name, "holder": holder, "now": now, "until": until}
    return connection.execute(Q.take_lease, asked).fetchone() is not None


def last_seal(connection: db.Connection) -> tuple[int, int, bytes] | None:
    """(last position, end of the sealed transactions, chain), or None before the first seal."""
    return connection.execute(Q.last_seal).fetchone()  # type: ignore[return-value]


def unsealed(connection: db.Connection, *, xid_from: int, horizon: int, count: int) -> list[tuple[int, int, bytes]]:
    """Up to `count` entries (transaction, events, hash) without a position, in their order."""
    asked = {"xid_from": xid_from, "horizon": horizon, "count": count}
    return connection.execute(Q.unsealed, asked).fetchall()  # type: ignore[return-value]


def insert_seal(connection: db.Connection, seal: Seal, *, root: bytes, chain: bytes, now: dt.datetime) -> None:
    """Write a seal. Another one at the same position stops the transaction."""
    connection.execute(
        Q.insert_seal,
        {
            "first": seal.first_position,
            "last": seal.last_position,
            "xid_from": seal.xid_from,
            "xid_to": seal.xid_to,
            "entries": seal.entries,
            "root": root,
            "chain": chain,
            "now": now,
        },
    )


def seals_after(connection: db.Connection, *, position: int, count: int) -> list[Seal]:
    """Up to `count` seals whose positions come after this one, in order."""
    rows = connection.execute(Q.seals_after, {"position": position, "count": count}).fetchall()
    return [Seal(*row) for row in rows]


def entries(connection: db.Connection, *, xid_from: int, xid_to: int, kinds: Collection[str]) -> list[Entry]:
    """The entries of a range of transactions, in order, with the bodies of these kinds."""
    asked = {"xid_from": xid_from, "xid_to": xid_to, "kinds": list(kinds)}
    return [Entry(*row) for row in connection.execute(Q.entries, asked).fetchall()]


def add_sums(connection: db.Connection, sums: Mapping[Sum, int]) -> None:
    """Add to sums."""
    keys = sorted(key for key, value in sums.items() if value)
    if keys:
        metrics, buckets, channels, names = zip(*keys, strict=True)
        values = {"metrics": list(metrics), "buckets": list(buckets), "channels": list(channels), "keys": list(names)}
        connection.execute(Q.add_sums, {**values, "values": [sums[key] for key in keys]})


def insert_search_keys(connection: db.Connection, found: Sequence[Found]) -> None:
    """Write the keys of orders, each order once; one that has keys keeps them.

    The tokens go as the texts of arrays, written here: tens of thousands of single parameters would take longer than
    all the rest.
    """
    if found:
        connection.execute(
            Q.insert_search_keys,
            {
                "order_ids": [each.order_id for each in found],
                "placed_ats": [each.placed_at for each in found],
                "lastings": [len(each.lasting) for each in found],
                "tokens": [f"{{{','.join(map(str, (*each.lasting, *each.passing)))}}}" for each in found],
            },
        )


def forget_search_keys(connection: db.Connection, *, before: dt.datetime, count: int) -> int:
    """Take the passing keys from up to `count` orders placed before an instant; returns of how many."""
    return connection.execute(Q.forget_search_keys, {"before": before, "count": count}).rowcount


def facts_of_orders(connection: db.Connection, order_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, OrderFacts]:
    """What readers need of orders beside their events."""
    if not order_ids:
        return {}
    rows = connection.execute(Q.facts_of_orders, {"order_ids": list(order_ids)}).fetchall()
    return {row[0]: OrderFacts(*row) for row in rows}


def persons(connection: db.Connection, persons: Collection[uuid.UUID]) -> dict[uuid.UUID, bytes]:
    """Sealed persons in their last version; erased ones are missing."""
    if not persons:
        return {}
    return dict(connection.execute(Q.persons, {"persons": list(persons)}).fetchall())


def backordered(connection: db.Connection, incoming: Mapping[str, int], *, count: int) -> list[uuid.UUID]:
    """Orders that the units that came in (by SKU) may serve, the most urgent first."""
    if not incoming:
        return []
    asked = {"skus": list(incoming), "quantities": list(incoming.values()), "count": count}
    return [row[0] for row in connection.execute(Q.backordered, asked).fetchall()]
