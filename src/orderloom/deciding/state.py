"""The in-memory state of one batch: what was loaded, and what the batch has already taken of it."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

import msgspec

from orderloom.deciding.flowing import Flowing
from orderloom.deciding.reference import Reference
from orderloom.domain import credit, sourcing, stock
from orderloom.domain.catalogue import Sku
from orderloom.domain.customers import Customer
from orderloom.domain.log import Head
from orderloom.domain.orders import state
from orderloom.domain.windows import Window


class Missing(Exception):
    """A decision needs SKUs that were not loaded, or `lots` of those that were."""

    def __init__(self, skus: set[str], *, lots: bool = False) -> None:
        super().__init__(", ".join(sorted(skus)))
        self.skus = skus
        self.lots = lots


class Recalled(msgspec.Struct):
    """What the rules were asked when these orders were decided first, by order and stage. What was a fact of that
    moment is asked as it was then; `incomparable` gathers the orders whose rules now ask what was not kept, `asked`
    what they were asked this time and answered (the stage, the orders, a context and the answers for each), `sourced`
    what their units were chosen by."""

    inputs: dict[uuid.UUID, dict[str, dict[str, Any]]]
    incomparable: set[uuid.UUID] = msgspec.field(default_factory=set)
    asked: list[tuple[str, list[uuid.UUID], list[Any], list[Any]]] = []
    sourced: list[tuple[uuid.UUID, list[sourcing.Need], list[sourcing.Candidate], sourcing.Plan]] = []


class State(msgspec.Struct):
    """Everything the batch may decide on. Keys that a decision needs and that are not here are asked for
    by raising `Missing`; the transaction then loads them and decides again. `looked_up` are the SKUs that were
    asked for, whether or not they exist; None where nothing more can be loaded. `lots_looked_up` are the (SKU,
    warehouse) whose lots were. `recalled` is given where past orders are decided again."""

    now: dt.datetime
    reference: Reference
    orders: dict[uuid.UUID, state.Order] = {}
    heads: dict[uuid.UUID, Head] = {}
    external: dict[tuple[str, str], uuid.UUID] = {}
    customers: dict[str, Customer] = {}
    accounts: dict[str, credit.Account] = {}
    skus: dict[str, Sku] = {}
    pools: dict[str, dict[tuple[str, str], stock.Pool]] = {}
    lots: dict[tuple[str, str], list[stock.Lot]] = {}
    windows: dict[str, Window] = {}
    windows_changed: set[str] = set()
    looked_up: frozenset[str] | None = None
    lots_looked_up: frozenset[tuple[str, str]] | None = None
    flowing: Flowing = msgspec.field(default_factory=Flowing)
    recalled: "Recalled | None" = None
    local_now: dt.datetime = dt.datetime.min.replace(tzinfo=dt.UTC)

    def __post_init__(self) -> None:
        """Tell once what time it is in the workspace's zone: every order of the batch is asked about it."""
        self.local_now = self.now.astimezone(self.reference.zone)

    def reserve(self, items: Iterable[state.Reservation], *, sign: int = 1) -> None:
        """Take (or with sign −1 give back) units of pools, so that the batch's next order sees it."""
        for item in items:
            pool = self.pools.get(item.sku, {}).get((item.warehouse, item.pool))
            if pool is not None:
                pool.reserved += sign * item.quantity

    def charge(self, account: str, *, reserved_minor: int = 0, used_minor: int = 0) -> None:
        """Move an account's balances, so that the batch's next order sees it."""
        if (found := self.accounts.get(account)) is not None:
            found.reserved_minor += reserved_minor
            found.used_minor += used_minor

    def available(self, sku: str, pool: str = "spot") -> dict[str, int]:
        """Units of a SKU that may still be promised, by warehouse, beyond the safety stock."""
        return {
            warehouse: units
            for (warehouse, kind), each in self.pools.get(sku, {}).items()
            if kind == pool and (units := each.on_hand - each.reserved) > 0
        }


class Outgoing(msgspec.Struct):
    """A row of the outbox: something that leaves the house, in order per topic and subject."""

    topic: str
    subject: str
    key: str
    payload: dict[str, Any]


class Timer(msgspec.Struct):
    """Something to be asked again at a time."""

    due_at: dt.datetime
    kind: str
    subject: uuid.UUID
    data: dict[str, Any]
