"""Stock: pools by SKU × warehouse, lots and bins inside them, supplies to come, and what may be promised."""

import datetime as dt
from collections.abc import Sequence

import msgspec

from orderloom.domain.orders import state
from orderloom.domain.orders.events import Event
from orderloom.kit.refusals import Refused

# A pool in production or in transfer has `expected` in place of on hand (decisions.md 10).
POOLS = ("spot", "production", "transfer")


class Pool(msgspec.Struct):
    """Stock of one SKU in one warehouse and pool. 0 ≤ reserved ≤ on_hand (or expected)."""

    sku: str
    warehouse: str
    pool: str
    on_hand: int
    reserved: int
    safety: int = 0
    expected_at: dt.datetime | None = None

    @property
    def available(self) -> int:
        """Units that may still be promised; never below zero."""
        left = self.on_hand - self.reserved
        return left if left > 0 else 0


class Lot(msgspec.Struct):
    """Units of a spot pool at one lot and bin."""

    sku: str
    warehouse: str
    lot: str
    bin: str
    on_hand: int
    reserved: int
    manufactured_on: dt.date | None = None
    expires_on: dt.date | None = None
    received_at: dt.datetime | None = None

    @property
    def available(self) -> int:
        """Units not yet hard-reserved."""
        return max(0, self.on_hand - self.reserved)


class LotDates(msgspec.Struct, frozen=True):
    """What is known of a lot's age, whichever bin its units lie in."""

    manufactured_on: dt.date | None = None
    expires_on: dt.date | None = None
    received_at: dt.datetime | None = None


class StockAdjusted(Event, tag="stock.adjusted"):
    """Units came in or went out of a lot for a reason; `quantity` is signed."""

    sku: str
    warehouse: str
    quantity: int
    pool: str = "spot"
    lot: str = ""
    bin: str = ""
    reason: str = ""
    manufactured_on: dt.date | None = None
    expires_on: dt.date | None = None
    expected_at: dt.datetime | None = None


class StockCounted(Event, tag="stock.counted"):
    """A count found `counted` where the ledger said `was`; truth is never refused (decisions.md 11)."""

    sku: str
    warehouse: str
    counted: int
    was: int
    lot: str = ""
    bin: str = ""
    reason: str = ""


class StockMoved(Event, tag="stock.moved"):
    """Units moved between bins, lots, pools or warehouses."""

    sku: str
    quantity: int
    warehouse: str
    to_warehouse: str
    pool: str = "spot"
    to_pool: str = "spot"
    lot: str = ""
    bin: str = ""
    to_bin: str = ""


StockEvent = StockAdjusted | StockCounted | StockMoved


class Movement(msgspec.Struct, frozen=True):
    """Units that came into (or, negative, went out of) one place, and why."""

    sku: str
    warehouse: str
    pool: str
    lot: str
    bin: str
    quantity: int
    kind: str


def movements(event: StockEvent) -> list[Movement]:
    """The rows of the stock ledger that an event of stock stands for: they are its fold."""
    match event:
        case StockAdjusted():
            return [Movement(event.sku, event.warehouse, event.pool, event.lot, event.bin, event.quantity, "adjusted")]
        case StockCounted():
            found = event.counted - event.was
            made = Movement(event.sku, event.warehouse, "spot", event.lot, event.bin, found, "counted")
            return [made] if found else []
        case StockMoved():
            return [
                Movement(event.sku, event.warehouse, event.pool, event.lot, event.bin, -event.quantity, "moved"),
                Movement(
                    event.sku, event.to_warehouse, event.to_pool, event.lot, event.to_bin, event.quantity, "moved"
                ),
            ]


def lacking(sku: str, warehouse: str, lot: str, *, free: int) -> Refused:
    """What refuses to take out more than there is; without a lot named, units of named lots are not meant."""
    data = {"sku": sku, "warehouse": warehouse, "lot": lot, "free": free}
    return Refused("stock.lot_short" if lot else "stock.unlotted_short", data)


def choose_lots(
    *, lots: Sequence[Lot], line_no: int, quantity: int, fefo: bool, on: dt.date
) -> tuple[list[state.LotPick], int]:
    """Choose lots for a release: first expired first out, else first in first out; expired lots never.

    Returns the picks and the units that no lot covers. Whole bins are emptied before new ones are opened
    only as far as the order by date allows.
    """
    usable = [lot for lot in lots if lot.available > 0 and (lot.expires_on is None or lot.expires_on > on)]
    far_date = dt.date.max
    far_time = dt.datetime.max.replace(tzinfo=dt.UTC)
    if fefo:
        usable.sort(key=lambda lot: (lot.expires_on or far_date, lot.received_at or far_time, lot.lot, lot.bin))
    else:
        usable.sort(key=lambda lot: (lot.manufactured_on or far_date, lot.received_at or far_time, lot.lot, lot.bin))
    picks: list[state.LotPick] = []
    left = quantity
    for lot in usable:
        if left == 0:
            break
        taken = min(left, lot.available)
        picks.append(state.LotPick(line_no, lot.sku, lot.lot, lot.bin, taken))
        left -= taken
    return picks, left
