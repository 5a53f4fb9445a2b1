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
from orderloom.trials import entries, results, stocks, worlds

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
    read = map(entries.of, connection.execute(Q.placings, {"subjects": list(subjects)}).fetchall())
    shapes = entries.Shapes(connection)
    batches = [[shapes.placing(each) for each in batch if each.places] for batch in entries.batches(read)]
    placings = [each for batch in batches for each in batch]
    if not placings:
        return []
    before, after = (
        _decided(
            worlds.World(connection, reference, now=placings[-1].recorded_at), batches, _pools(connection, placings)
        )
        for reference in (live, drafted)
    )
    return [_compared(was, now) for was, now in zip(before, after, strict=True)]


def _decided(
    world: worlds.World, batches: Sequence[Sequence[entries.Placing]], pools: stocks.Pools
) -> list[worlds.Made]:
    """The orders decided one transaction after the other; each finds what those before it left."""
    made: list[worlds.Made] = []
    for batch in batches:
        if batch:
            found = world.decide(batch, lambda skus: stocks.copied(pools, skus))
            made += found
            stocks.take(pools, [item for each in found for item in each.items])
    return made


def _compared(was: worlds.Made, now: worlds.Made) -> Compared:
    fields = None
    if was.comparable and now.comparable:
        fields = {name: list(pair) for name, pair in results.difference(was.result, now.result).items()}
    received = was.placing.received
    return Compared(received.order_id, received.order_no, received.placed_at, fields)


def _pools(connection: db.Connection, placings: Sequence[entries.Placing]) -> stocks.Pools:
    """The pools of the orders' goods, with what these orders reserved given back."""
    skus = {line.sku for placing in placings for line in placing.received.lines}
    pools = stock_store.pools(connection, skus, locked=False)
    for placing in placings:
        for event in placing.said:
            if type(event) is events.StockReserved:
                for item in event.items:
                    pool = pools.get(item.sku, {}).get((item.warehouse, item.pool))
                    if pool is not None:
                        pool.reserved = max(0, pool.reserved - item.quantity)
    return pools
