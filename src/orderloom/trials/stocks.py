"""Stock in a back-test: as it really stood, and how far a world's stands from that."""

import copy
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from orderloom.domain import stock
from orderloom.domain.orders import events, state
from orderloom.trials import entries

Pools = dict[str, dict[tuple[str, str], stock.Pool]]
# The pools of these SKUs as one world sees them, its own to use up.
Stand = Callable[[Collection[str]], Pools]


class Stock:
    """The pools as they really stood, told from a count and what was said of stock since."""

    def __init__(self, counted: Iterable[stock.Pool] = ()) -> None:
        self._pools: Pools = {}
        for pool in counted:
            self._pools.setdefault(pool.sku, {})[(pool.warehouse, pool.pool)] = pool

    def stand(self, skus: Collection[str]) -> Pools:
        """The pools of these SKUs, to use up."""
        return copied(self._pools, skus)

    def available(self, sku: str, key: tuple[str, str]) -> int:
        """Units on hand less those reserved; below zero where more was promised than there is."""
        pool = self._pools.get(sku, {}).get(key)
        return pool.on_hand - pool.reserved if pool is not None else 0

    def by_pool(self, sku: str) -> Iterator[tuple[tuple[str, str], int]]:
        """The units available in each pool of a SKU."""
        for key, pool in self._pools.get(sku, {}).items():
            yield key, pool.on_hand - pool.reserved

    def follow(self, entry: entries.Entry) -> None:
        """Take over what was said of stock."""
        for event in entry.said:
            match event:
                case events.StockReserved():
                    self._reserve(event.items, 1)
                case events.StockReleased():
                    self._reserve(event.items, -1)
                case stock.StockAdjusted() | stock.StockCounted() | stock.StockMoved():
                    for moved in stock.movements(event):
                        self._pool(moved.sku, moved.warehouse, moved.pool).on_hand += moved.quantity
                case _:
                    pass

    def _reserve(self, items: Iterable[state.Reservation], sign: int) -> None:
        for item in items:
            self._pool(item.sku, item.warehouse, item.pool).reserved += sign * item.quantity

    def _pool(self, sku: str, warehouse: str, kind: str) -> stock.Pool:
        pools = self._pools.setdefault(sku, {})
        found = pools.get((warehouse, kind))
        if found is None:
            found = pools[(warehouse, kind)] = stock.Pool(sku, warehouse, kind, 0, 0)
        return found


def copied(pools: Pools, skus: Collection[str]) -> Pools:
    """The pools of these SKUs, apart from the others'."""
    return {
        sku: {
            key: stock.Pool(each.sku, each.warehouse, each.pool, each.on_hand, each.reserved, each.safety,
                            each.expected_at)
            for key, each in pools[sku].items()
        }
        for sku in skus
        if sku in pools
    }  # fmt: skip


def take(pools: Pools, items: Iterable[state.Reservation]) -> None:
    """Take reserved units off pools; what stands in none of them is passed over."""
    for item in items:
        if (pool := pools.get(item.sku, {}).get((item.warehouse, item.pool))) is not None:
            pool.reserved += item.quantity


class Drift:
    """How far a world's stock stands from the stock that really was: units that it has reserved beyond those, by pool,
    and what it reserved for the orders that stand on other units than they really did."""

    def __init__(self, really: Stock) -> None:
        self._really = really
        self._beyond: dict[str, dict[tuple[str, str], int]] = {}
        self._apart: dict[uuid.UUID, list[state.Reservation]] = {}

    def stand(self, skus: Collection[str]) -> Pools:
        """The pools of these SKUs in this world, to use up."""
        pools = self._really.stand(skus)
        for sku in skus:
            for (warehouse, kind), units in self._beyond.get(sku, {}).items():
                own = pools.setdefault(sku, {})
                if (warehouse, kind) not in own:
                    own[(warehouse, kind)] = stock.Pool(sku, warehouse, kind, 0, 0)
                own[(warehouse, kind)].reserved += units
        return pools

    def matters(self, sku: str, units: int | None) -> bool:
        """Whether orders that ask for so many units together could see the difference: no sourcing tells apart two
        amounts that both cover all that is asked for. With None any difference counts."""
        beyond = self._beyond.get(sku)
        if not beyond:
            return False
        if units is None:
            return True
        for key, more in beyond.items():
            available = self._really.available(sku, key)
            if available < units or available - more < units:
                return True
        return False

    def tight(self, sku: str, units: int) -> bool:
        """Whether, of orders that ask for so many units together, one could find less for what another takes: a pool
        that holds all that is asked for, or nothing, is the same to each of them."""
        beyond = self._beyond.get(sku, {})
        for key, available in self._really.by_pool(sku):
            if 0 < available < units or 0 < available - beyond.get(key, 0) < units:
                return True
        return False

    def drifts(self, sku: str) -> bool:
        """Whether any pool of the SKU stands otherwise here."""
        return sku in self._beyond

    def place(
        self, order_id: uuid.UUID, here: Sequence[state.Reservation], really: Sequence[state.Reservation]
    ) -> None:
        """A new order stands on these units here, and stood on those."""
        if list(here) != list(really):
            self._apart[order_id] = [copy.copy(item) for item in here]
            self._move(here, 1)
            self._move(really, -1)

    def follow(self, entry: entries.Entry) -> None:
        """What was said later of an order that stands on other units here: its own are given back, and what it was
        given then is not its own here."""
        apart = self._apart.get(entry.subject)
        if apart is None:
            return
        for event in entry.said:
            if type(event) is events.StockReserved:
                self._move(event.items, -1)
            elif type(event) is events.StockReleased:
                self._move(event.items, 1)
                for item in event.items:
                    self._give_back(apart, item.line_no, item.quantity)

    def _give_back(self, apart: list[state.Reservation], line_no: int, units: int) -> None:
        for item in apart:
            if item.line_no == line_no and units > 0:
                given = min(units, item.quantity)
                self._shift(item, -given)
                item.quantity -= given
                units -= given

    def _move(self, items: Iterable[state.Reservation], sign: int) -> None:
        for item in items:
            self._shift(item, sign * item.quantity)

    def _shift(self, item: state.Reservation, units: int) -> None:
        beyond = self._beyond.setdefault(item.sku, {})
        key = (item.warehouse, item.pool)
        beyond[key] = beyond.get(key, 0) + units
        if not beyond[key]:
            del beyond[key]
            if not beyond:
                del self._beyond[item.sku]
