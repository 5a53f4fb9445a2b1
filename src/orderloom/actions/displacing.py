"""Displacing: stock that was promised is not there, so the least important orders give it back.

Each round displaces at most one batch of orders and books, in the same transaction, as many units out of the ledger
as these orders gave back: at no moment is a pool oversold, and nobody can take what is about to vanish. The orders
are sourced anew elsewhere, or backordered and planning is told.
"""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from orderloom.actions import transact
from orderloom.actions.hub import Hub
from orderloom.deciding.state import State
from orderloom.domain import log, stock
from orderloom.domain.orders import commands, events, state, surgery
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.store import database as db
from orderloom.store import log as log_store
from orderloom.store import stock as stock_store


class Count(msgspec.Struct, frozen=True):
    """What a person found at a lot and bin."""

    sku: str
    warehouse: str
    counted: int
    lot: str = ""
    bin: str = ""
    reason: str = ""


class Teller(msgspec.Struct, frozen=True):
    """Who says so, which system is trusted for it, and when."""

    actor: str
    source: str
    now: dt.datetime


# Where the numbers of entries go on after those of the orders in the same transaction.
_AFTER_THE_ORDERS = 1_000_000

Taking = stock.StockAdjusted | Count


def counted(one: Count, was: int) -> stock.StockCounted:
    """The event of a count where the ledger said `was`."""
    return stock.StockCounted(one.sku, one.warehouse, one.counted, was, one.lot, one.bin, one.reason)


def book(hub: Hub, one: Taking, teller: Teller) -> Refused | None:
    """Book units out that are promised, displacing round by round until all of it is booked.

    Refused with stock.displacing_unfinished when the bound of rounds is reached; what is left can be asked again.
    """
    for _ in range(limits.DISPLACE_ROUNDS_MAX):
        asked = _victims(hub, one, teller)
        booking = _Booking(hub, one, asked, teller)
        transact.run(hub, [transact.Asked(each) for each in asked], now=teller.now, beside=booking)
        if booking.refused is not None:
            return booking.refused
        if booking.left is None:
            return None
        one = booking.left
    return Refused("stock.displacing_unfinished", {"sku": one.sku, "warehouse": one.warehouse})


def append(
    connection: db.Connection,
    hub: Hub,
    said: Sequence[stock.StockEvent],
    teller: Teller,
    *,
    revision: int,
    dates: Mapping[stock_store.LotKey, stock.LotDates],
    first: int = 0,
) -> None:
    """Write events of stock as one entry, with the movements, pools and lots that are their fold."""
    subject = hub.ids.new(teller.now)
    body = log.Body(at=teller.now, actor=teller.actor, source=teller.source, revision=revision, events=list(said))
    entry = log.write(kind="stock", subject=subject, head=None, body=body, recorded_at=teller.now)
    log_store.append(connection, [entry], first=first)
    pools: Counter[stock_store.PoolKey] = Counter()
    lots: Counter[stock_store.LotKey] = Counter()
    rows = []
    for i, event in enumerate(said):
        for each in stock.movements(event):
            pools[each.sku, each.warehouse, each.pool] += each.quantity
            if each.pool == "spot":
                lots[each.sku, each.warehouse, each.lot, each.bin] += each.quantity
            rows.append((*msgspec.structs.astuple(each), subject, entry.n + i, teller.now))
    stock_store.insert_movements(connection, rows)
    stock_store.change_pools(connection, {key: (quantity, 0) for key, quantity in pools.items()})
    deltas = {key: (quantity, 0) for key, quantity in lots.items()}
    stock_store.change_lots(connection, deltas, facts=dates, at=teller.now)


def _pool(one: Taking) -> str:
    return one.pool if isinstance(one, stock.StockAdjusted) else "spot"


def _victims(hub: Hub, one: Taking, teller: Teller) -> list[commands.Displace]:
    """Commands to the least important orders that hold what is short, at most a batch of them.

    Read without locks: what changes meanwhile is seen when they are decided, and by the next round.
    """
    pool_key, lot_key = (one.sku, one.warehouse, _pool(one)), (one.sku, one.warehouse, *_place(one))
    items: dict[uuid.UUID, list[state.Reservation]] = {}
    shipments: dict[uuid.UUID, list[str]] = {}
    with hub.database.workspace(hub.workspace) as connection:
        short = _short(connection, one)
        if short.lot > 0:
            for order_id, shipment_no, units in stock_store.picked_from(
                connection, lot_key, count=limits.BATCH_ORDERS_MAX
            ):
                if short.lot <= 0:
                    break
                shipments.setdefault(order_id, []).append(shipment_no)
                short.lot -= units
        if short.pool > 0:
            for order_id, line_no, units in stock_store.reserved_by(
                connection, pool_key, count=limits.BATCH_ORDERS_MAX - len(shipments)
            ):
                if short.pool <= 0:
                    break
                given = min(units, short.pool)
                held = state.Reservation(line_no, one.sku, one.warehouse, given, pool_key[2])
                items.setdefault(order_id, []).append(held)
                short.pool -= given
    return [
        commands.Displace(
            command_id=hub.ids.new(teller.now),
            actor=teller.actor,
            source=teller.source,
            at=teller.now,
            order_id=order_id,
            items=items.get(order_id, []),
            shipments=shipments.get(order_id, []),
            reason=one.reason,
        )
        for order_id in items.keys() | shipments.keys()
    ]


class _Short(msgspec.Struct):
    """Units promised beyond what will be there, of the pool and of the lot and bin; below zero: units to spare."""

    taken: int
    there: int
    pool: int
    lot: int


def _place(one: Taking) -> tuple[str, str]:
    return one.lot, one.bin


def _short(connection: db.Connection, one: Taking, *, locked: bool = False) -> _Short:
    pools = stock_store.pools(connection, {one.sku}, locked=locked).get(one.sku, {})
    pool = pools.get((one.warehouse, _pool(one))) or stock.Pool(one.sku, one.warehouse, _pool(one), 0, 0)
    lots = stock_store.lots(connection, {(one.sku, one.warehouse)}).get((one.sku, one.warehouse), [])
    lot = next((each for each in lots if (each.lot, each.bin) == _place(one)), None)
    if pool.pool == "spot":
        there, free = (lot.on_hand, lot.on_hand - lot.reserved) if lot else (0, 0)
    else:
        there, free = pool.on_hand, pool.on_hand
    taken = there - one.counted if isinstance(one, Count) else -one.quantity
    return _Short(taken, there, taken - (pool.on_hand - pool.reserved), taken - free)


class _Booking:
    """What one round books beside the displaced orders. `left` is what remains to be booked, None when all is."""

    locked = True

    def __init__(self, hub: Hub, one: Taking, asked: Sequence[commands.Displace], teller: Teller) -> None:
        self._hub, self._one, self._asked, self._teller = hub, one, asked, teller
        self._said: list[stock.StockEvent] = []
        self.left: Taking | None = None
        self.refused: Refused | None = None

    def prepare(self, connection: db.Connection, state_: State) -> None:
        """Lock the pool and the lot, find how much can go in this round, and let it be gone from the state."""
        one = self._one
        self._said, self.left, self.refused = [], None, None
        short = _short(connection, one, locked=True)
        if short.taken > short.there:
            self.refused = stock.lacking(one.sku, one.warehouse, one.lot, free=short.there)
            return
        given, unpicked = self._freed(state_)
        part = min(short.taken, short.taken - short.pool + given, short.taken - short.lot + unpicked)
        if part == short.taken:
            self._said = [counted(one, short.there) if isinstance(one, Count) else one]
        else:
            self.left = _less(one, part)
            if part > 0:
                self._said = [_partial(one, part)]
        pool = state_.pools.get(one.sku, {}).get((one.warehouse, _pool(one)))
        if pool is not None:
            pool.on_hand -= max(part, 0)

    def _freed(self, state_: State) -> tuple[int, int]:
        """Units that the displaced orders will give back to the pool, and picks that will leave the lot and bin."""
        one = self._one
        given = unpicked = 0
        for command in self._asked:
            order = state_.orders.get(command.order_id)
            if order is None:
                continue
            for event in surgery.displace(order, command):
                if isinstance(event, events.StockReleased):
                    given += sum(item.quantity for item in event.items)
                elif isinstance(event, events.ShipmentCancelled) and (shipment := order.shipment(event.shipment_no)):
                    unpicked += sum(
                        pick.quantity
                        for pick in shipment.picks
                        if (pick.sku, shipment.warehouse, pick.lot, pick.bin) == (one.sku, one.warehouse, *_place(one))
                    )
        return given, unpicked

    def save(self, connection: db.Connection, state_: State) -> None:
        """Book it."""
        if self._said:
            revision = state_.reference.version
            append(
                connection, self._hub, self._said, self._teller, revision=revision, dates={}, first=_AFTER_THE_ORDERS
            )


def _less(one: Taking, part: int) -> Taking:
    """What is left to ask after a part: a count asks for the same truth again."""
    if isinstance(one, Count) or part <= 0:
        return one
    return msgspec.structs.replace(one, quantity=one.quantity + part)


def _partial(one: Taking, part: int) -> stock.StockAdjusted:
    return stock.StockAdjusted(
        sku=one.sku, warehouse=one.warehouse, quantity=-part, pool=_pool(one), lot=one.lot, bin=one.bin,
        reason=one.reason or "displaced",
    )  # fmt: skip
