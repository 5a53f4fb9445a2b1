"""`bench hot`: clients that all want the same SKU, of which there is too little: exactly what is there is sold."""

import concurrent.futures
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec

from orderloom.actions import gather
from orderloom.actions.hub import Hub
from orderloom.bench import arrivals, company, crews, grounds
from orderloom.kit import clock, settings
from orderloom.store import sql

Q = sql.load(__file__)

WORKSPACE = "bench_hot"
CLIENTS = 8
PROCESSES = 2


class Extent(msgspec.Struct, frozen=True):
    """How much is measured: pieces of the one SKU in each warehouse, orders of one piece each, and how many orders a
    client sends before it waits for their answers."""

    pieces_per_warehouse: int
    orders: int
    customers: int = 5_000
    at_once: int = 50


FULL = Extent(2_000, orders=50_000)
QUICK = Extent(200, orders=5_000)


class Told(msgspec.Struct):
    """What stands in the tables after a run, in pieces; `sold`, `backordered` and `orders` are orders."""

    pieces: int
    promised: int
    reserved: int
    sold: int
    waiting: int
    backordered: int
    orders: int


class Rush(msgspec.Struct):
    """A job: clients of one process send their orders at once. The answer is how many outcomes were no refusal."""

    extent: Extent
    orders: int
    seed: int
    raws: list[bytes] = []

    def prepare(self, hub: Hub) -> None:
        """Make the messages."""
        size = _size(self.extent)
        made = company.drafts_for(size, count=self.orders, seed=self.seed, now=clock.now(), lines=1)
        for draft in made:
            draft.lines[0].quantity = Decimal(1)
        self.raws = [arrivals.raw(draft) for draft in made]

    def work(self, hub: Hub) -> int:
        """Send all of them, a thread for each client."""
        clients = CLIENTS // PROCESSES
        gatherer = gather.Gatherer(hub)
        try:
            with concurrent.futures.ThreadPoolExecutor(clients) as pool:
                return sum(pool.map(lambda part: self._client(hub, gatherer, self.raws[part::clients]), range(clients)))
        finally:
            gatherer.close()

    def _client(self, hub: Hub, gatherer: gather.Gatherer, raws: Sequence[bytes]) -> int:
        origin, mapper = company.origin(), arrivals.mapper()
        done = 0
        for start in range(0, len(raws), self.extent.at_once):
            placings = arrivals.placings(hub, mapper, raws[start : start + self.extent.at_once], origin)
            waiting = [gatherer.submit(gather.Placed(each, origin), now=clock.now()) for each in placings]
            done += sum(each.result().refused is None for each in waiting)
        return done


def report(chosen: settings.Settings, *, quick: bool) -> dict[str, Any]:
    """The figures of performance.md."""
    return measure(chosen, QUICK if quick else FULL)


def measure(chosen: settings.Settings, extent: Extent) -> dict[str, Any]:
    """Orders sold, orders that wait, and orders a second, all processes together."""
    with grounds.new(chosen, WORKSPACE) as hub:
        company.build(hub, size=_size(extent), now=clock.now())
        with crews.of(chosen, hub, size=PROCESSES) as crew:
            ran = crew.run([Rush(extent, extent.orders // PROCESSES, seed=1 + each) for each in range(PROCESSES)])
        told = tell(hub)
    prove(told, answered=sum(ran.answers), extent=extent)
    return {
        "sold": told.sold,
        "backordered": told.backordered,
        "orders_per_s": round(told.orders / ran.seconds),
    }


def tell(hub: Hub) -> Told:
    """Read what stands in the tables."""
    with hub.database.workspace(hub.workspace) as connection:
        row = connection.execute(Q.told).fetchone()
    assert row is not None
    return Told(*row)


def prove(told: Told, *, answered: int, extent: Extent) -> None:
    """Exactly what is there is sold, and every other order waits; else the figure means nothing."""
    pieces = min(extent.pieces_per_warehouse * len(company.WAREHOUSES), told.orders)
    assert told.orders == answered == extent.orders // PROCESSES * PROCESSES, f"an order got lost: {answered}, {told}"
    assert told.promised == told.reserved == told.sold == pieces <= told.pieces, f"not what is there was sold: {told}"
    assert told.waiting == told.backordered == told.orders - pieces, f"what is not sold does not wait: {told}"


def _size(extent: Extent) -> company.Size:
    return company.Size(skus=1, customers=extent.customers, on_hand=extent.pieces_per_warehouse)
