"""The verbs of stock: adjust, count, move. Each call is a stream of its own with one entry.

Truth is never refused (decisions.md 11): what takes away units that are promised displaces the least important
reservations (`displacing`). A move is no truth but a wish, so it takes only units that nobody was promised.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence

from orderloom.actions import displacing
from orderloom.actions.displacing import Count, Teller
from orderloom.actions.hub import Hub
from orderloom.domain import stock
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.store import database as db
from orderloom.store import stock as stock_store

Asked = stock.StockAdjusted | stock.StockMoved | Count


def adjust(
    hub: Hub, adjustments: Sequence[stock.StockAdjusted], *, actor: str, source: str, now: dt.datetime
) -> list[Refused | None]:
    """Book units in and out of lots; None for each that was booked.

    Taking out more than a lot holds is refused; taking out what is promised displaces reservations.
    """
    return _run(hub, adjustments, Teller(actor, source, now))


def count(hub: Hub, counts: Sequence[Count], *, actor: str, source: str, now: dt.datetime) -> list[Refused | None]:
    """Record what was found at lots and bins, whatever the ledger said; None for each that was booked."""
    return _run(hub, counts, Teller(actor, source, now))


def move(
    hub: Hub, moves: Sequence[stock.StockMoved], *, actor: str, source: str, now: dt.datetime
) -> list[Refused | None]:
    """Move free units between bins, pools and warehouses; their lot and its dates go with them."""
    return _run(hub, moves, Teller(actor, source, now))


def _run(hub: Hub, asked: Sequence[Asked], teller: Teller) -> list[Refused | None]:
    answers: list[Refused | None] = []
    for start in range(0, len(asked), limits.STOCK_ROWS_PER_BATCH):
        batch = asked[start : start + limits.STOCK_ROWS_PER_BATCH]
        booked, short = _rerun(hub, batch, teller)
        for i in short:
            one = batch[i]
            assert not isinstance(one, stock.StockMoved)
            booked[i] = displacing.book(hub, one, teller)
        answers.extend(booked)
    return answers


def _rerun(hub: Hub, batch: Sequence[Asked], teller: Teller) -> tuple[list[Refused | None], list[int]]:
    for _ in range(limits.RERUNS_MAX):
        try:
            return _book(hub, batch, teller)
        except (stock_store.Contended, *db.CONTENDED):
            continue  # Another transaction was in the way; on what is there now it comes out.
    return _book(hub, batch, teller)


def _book(hub: Hub, batch: Sequence[Asked], teller: Teller) -> tuple[list[Refused | None], list[int]]:
    """Book what needs no displacing; returns the answers, and the places of those that do."""
    with hub.database.workspace(hub.workspace) as connection:
        reference = hub.reference(connection)
        answers = [_unfit(one) or _unknown(one, reference.warehouses) for one in batch]
        fit = [one for one, answer in zip(batch, answers, strict=True) if answer is None]
        ledger = _Ledger(connection, fit)
        said: list[stock.StockEvent] = []
        short: list[int] = []
        for i, one in enumerate(batch):
            if answers[i] is not None:
                continue
            event = displacing.counted(one, ledger.on_hand(one)) if isinstance(one, Count) else one
            answers[i] = ledger.lacking(event)
            if answers[i] is None and ledger.promised(event):
                if isinstance(event, stock.StockMoved):
                    answers[i] = Refused("stock.units_promised", {"sku": event.sku, "warehouse": event.warehouse})
                else:
                    short.append(i)
            elif answers[i] is None:
                ledger.apply(event)
                said.append(event)
        if said:
            displacing.append(connection, hub, said, teller, revision=reference.version, dates=ledger.dates(said))
    return answers, short


def _unfit(one: Asked) -> Refused | None:
    quantity = one.counted if isinstance(one, Count) else one.quantity
    lowest = {Count: 0, stock.StockMoved: 1}.get(type(one), -limits.QUANTITY_MAX)
    zero = isinstance(one, stock.StockAdjusted) and quantity == 0
    if zero or not lowest <= quantity <= limits.QUANTITY_MAX:
        return Refused("stock.bad_quantity", {"sku": one.sku, "quantity": quantity})
    for pool in _pools(one):
        if pool not in stock.POOLS:
            return Refused("stock.unknown_pool", {"pool": pool, "pools": list(stock.POOLS)})
    if not one.sku:
        return Refused("stock.no_sku", {})
    if isinstance(one, stock.StockMoved) and (one.warehouse, one.pool, one.bin) == (
        one.to_warehouse,
        one.to_pool,
        one.to_bin,
    ):
        return Refused("stock.same_place", {"sku": one.sku})
    return None


def _unknown(one: Asked, known: Mapping[str, object]) -> Refused | None:
    names = [one.warehouse, one.to_warehouse] if isinstance(one, stock.StockMoved) else [one.warehouse]
    wrong = next((name for name in names if name not in known), None)
    return Refused("stock.unknown_warehouse", {"warehouse": wrong}) if wrong is not None else None


def _pools(one: Asked) -> list[str]:
    if isinstance(one, Count):
        return ["spot"]
    return [one.pool, one.to_pool] if isinstance(one, stock.StockMoved) else [one.pool]


class _Ledger:
    """The pools and lots that a batch is about, locked, and what the batch has booked on them so far."""

    def __init__(self, connection: db.Connection, batch: Sequence[Asked]) -> None:
        self._pools = _free(connection, batch)
        opened = {key: at for key, at in map(_opened, batch) if key not in self._pools or at is not None}
        if opened:
            # Pools that are there are locked by now, in the global order; only new ones come on top.
            stock_store.open_pools(connection, opened)
            self._pools = _free(connection, batch)
        found = stock_store.lots(connection, {key for one in batch for key in _lots_of(one)})
        self._lots = {(lot.sku, lot.warehouse, lot.lot, lot.bin): lot for lots in found.values() for lot in lots}
        self._moved: Counter[stock_store.LotKey] = Counter()

    def on_hand(self, one: Count) -> int:
        """Units that the ledger has at the place counted."""
        key = (one.sku, one.warehouse, one.lot, one.bin)
        return (self._lots[key].on_hand if key in self._lots else 0) + self._moved[key]

    def lacking(self, event: stock.StockEvent) -> Refused | None:
        """The refusal of an event that takes out more than is there."""
        for each in stock.movements(event):
            if each.quantity >= 0:
                continue
            if each.pool == "spot":
                key = (each.sku, each.warehouse, each.lot, each.bin)
                there = (self._lots[key].on_hand if key in self._lots else 0) + self._moved[key]
            else:
                there = max(0, self._pools.get((each.sku, each.warehouse, each.pool), 0))
            if there + each.quantity < 0:
                return stock.lacking(each.sku, each.warehouse, each.lot, free=there)
        return None

    def promised(self, event: stock.StockEvent) -> bool:
        """Whether the event takes away units that an order was promised, of a pool or of a lot and bin."""
        pools: Counter[stock_store.PoolKey] = Counter()
        for each in stock.movements(event):
            pools[each.sku, each.warehouse, each.pool] += each.quantity
            key = (each.sku, each.warehouse, each.lot, each.bin)
            if each.quantity < 0 and each.pool == "spot":
                lot = self._lots[key]
                if lot.on_hand + self._moved[key] + each.quantity < lot.reserved:
                    return True
        return any(quantity < 0 and self._pools[key] + quantity < 0 for key, quantity in pools.items())

    def apply(self, event: stock.StockEvent) -> None:
        """Let what follows in the batch see the event."""
        for each in stock.movements(event):
            self._pools[each.sku, each.warehouse, each.pool] += each.quantity
            if each.pool == "spot":
                self._moved[each.sku, each.warehouse, each.lot, each.bin] += each.quantity

    def dates(self, said: Sequence[stock.StockEvent]) -> dict[stock_store.LotKey, stock.LotDates]:
        """What is known of the age of units that came into a lot and bin."""
        dates: dict[stock_store.LotKey, stock.LotDates] = {}
        for event in said:
            if isinstance(event, stock.StockAdjusted) and event.quantity > 0:
                key = (event.sku, event.warehouse, event.lot, event.bin)
                dates[key] = stock.LotDates(event.manufactured_on, event.expires_on)
            elif isinstance(event, stock.StockMoved) and event.to_pool == "spot":
                lot = self._lots.get((event.sku, event.warehouse, event.lot, event.bin))
                key = (event.sku, event.to_warehouse, event.lot, event.to_bin)
                if lot is not None:
                    dates[key] = stock.LotDates(lot.manufactured_on, lot.expires_on, lot.received_at)
        return dates


def _free(connection: db.Connection, batch: Sequence[Asked]) -> dict[stock_store.PoolKey, int]:
    """Units that nobody was promised, by pool; the pools are locked."""
    pools = stock_store.pools(connection, {one.sku for one in batch}, locked=True)
    return {
        (pool.sku, pool.warehouse, pool.pool): pool.on_hand - pool.reserved
        for of_sku in pools.values()
        for pool in of_sku.values()
    }


def _opened(one: Asked) -> tuple[stock_store.PoolKey, dt.datetime | None]:
    """The pool that units come into, to be made if it is not there yet."""
    if isinstance(one, stock.StockMoved):
        return (one.sku, one.to_warehouse, one.to_pool), None
    if isinstance(one, Count):
        return (one.sku, one.warehouse, "spot"), None
    return (one.sku, one.warehouse, one.pool), one.expected_at


def _lots_of(one: Asked) -> list[tuple[str, str]]:
    """The (SKU, warehouse) whose lots must be known: where units go out, or are counted."""
    if isinstance(one, stock.StockAdjusted) and one.quantity > 0:
        return []
    return [(one.sku, one.warehouse)]
