"""Shadows: drafts that decide each new order beside the live documents, without effect, and are compared (W-4).

Both decide again right after the order was really decided, over the pools as they stand less what these orders
themselves reserved: what differs between them is the drafts' doing.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import msgspec

from orderloom.deciding.reference import Reference
from orderloom.domain.orders import events
from orderloom.store import database as db
from orderloom.store import sql
from orderloom.store import stock as stock_store
from orderloom.trials import results, worlds

Q = sql.load(__file__)


class Compared(msgspec.Struct):
    """One order as both would decide it; `fields` is empty when they agree, None when it cannot be compared."""

    order_id: uuid.UUID
    order_no: str
    at: dt.datetime
    fields: dict[str, list[Any]] | None


def compare(
    connection: db.Connection, subjects: Sequence[uuid.UUID], *, live: Reference, drafted: Reference
) -> list[Compared]:
    """Compare what both make of these new orders; those that no rule decided are left out."""
    names = worlds.shapes(connection)
    entries = [
        worlds.entry_of(row, names) for row in connection.execute(Q.placings, {"subjects": list(subjects)}).fetchall()
    ]
    entries = [each for each in entries if each.received is not None]
    if not entries:
        return []
    before, after = (
        worlds.World(connection, reference).decide(entries, _pools(connection, entries))
        for reference in (live, drafted)
    )
    return [_compared(was, now) for was, now in zip(before, after, strict=True)]


def _compared(was: results.Placed, now: results.Placed) -> Compared:
    fields = None
    if was.comparable and now.comparable:
        fields = {name: list(pair) for name, pair in results.difference(was.result, now.result).items()}
    return Compared(was.order_id, was.order_no, was.placed_at, fields)


def _pools(connection: db.Connection, entries: Sequence[worlds.Entry]) -> worlds.Pools:
    """The pools of the orders' goods, with what these orders reserved given back."""
    skus = {line.sku for entry in entries if entry.received for line in entry.received.lines}
    pools = stock_store.pools(connection, skus, locked=False)
    for entry in entries:
        for event in entry.body.events:
            if type(event) is events.StockReserved:
                for item in event.items:
                    pool = pools.get(item.sku, {}).get((item.warehouse, item.pool))
                    if pool is not None:
                        pool.reserved = max(0, pool.reserved - item.quantity)
    return pools
