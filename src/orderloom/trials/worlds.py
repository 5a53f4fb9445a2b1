"""A world: the orders of a period placed once more, in the order in which they were, by rules of one's choice.

What the rules are asked is what they were asked then, as far as it was a fact of the moment (`contexts.recall`); stock
is the snapshot before the period with everything that was said of it since, so that an order that takes other units
leaves other units to those after it. What people did later with an order is taken over as it was. Nothing is saved.
"""

import datetime as dt
import itertools
import operator
import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from orderloom.deciding import contexts, loop
from orderloom.deciding.reference import Reference
from orderloom.deciding.state import Missing, Recalled, State
from orderloom.domain import credit, fold, log, stock
from orderloom.domain.catalogue import Sku
from orderloom.domain.customers import Customer
from orderloom.domain.orders import commands, events, state
from orderloom.kit import limits
from orderloom.store import credit as credit_store
from orderloom.store import database as db
from orderloom.store import facts, sql
from orderloom.trials import results

Q = sql.load(__file__)

_AGES_AGO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
# A transaction that a snapshot had not seen may have taken its clock a little before it.
_CLOCKS_APART = dt.timedelta(hours=1)

Pools = dict[str, dict[tuple[str, str], stock.Pool]]


class Period(msgspec.Struct, frozen=True):
    """From `since` up to, not including, `until`."""

    since: dt.datetime
    until: dt.datetime


class Entry(msgspec.Struct):
    """What one transaction said of one subject, with what the rules were asked of a new order."""

    xid: int
    kind: str
    subject: uuid.UUID
    n: int
    recorded_at: dt.datetime
    body: log.Body
    inputs: dict[str, dict[str, Any]] | None

    @property
    def received(self) -> events.OrderReceived | None:
        """What came in, if this is the entry of an order that rules decided."""
        first = self.body.events[0]
        return first if self.n == 1 and type(first) is events.OrderReceived and not first.history else None


class World:
    """Past orders decided by `reference`. With `telling` it also says what really became of each."""

    def __init__(self, connection: db.Connection, reference: Reference, *, telling: bool = False) -> None:
        self._connection = connection
        self._reference = reference
        self._telling = telling
        self._pools: Pools = {}
        self._customers: dict[str, Customer | None] = {}
        self._skus: dict[str, Sku | None] = {}
        self._accounts: dict[str, credit.Account] = {}
        self._gifts: set[str] = set()
        # What this world reserved for orders that really took other units.
        self._apart: dict[uuid.UUID, list[state.Reservation]] = {}
        self._until = _AGES_AGO

    def place(self, period: Period) -> Iterator[list[results.Placed]]:
        """The orders of the period, batch by batch as they were decided."""
        self._until = period.until
        for batch in _batches(self._read(period)):
            found = self._place(batch) if batch[0].recorded_at >= period.since else []
            placed = {each.order_id for each in found}
            for entry in batch:
                if entry.subject not in placed:
                    self._follow(entry)
            if found:
                yield found

    def decide(self, entries: Sequence[Entry], pools: Pools) -> list[results.Placed]:
        """The orders placed in these entries, over pools that are theirs to use up."""
        self._pools = pools
        self._until = entries[-1].recorded_at
        self._load(entry.received for entry in entries)
        return [each for batch in _batches(iter(entries)) for each in self._place(batch)]

    def _read(self, period: Period) -> Iterator[Entry]:
        snapshot = self._connection.execute(Q.last_snapshot, {"before": period.since}).fetchone()
        since, seen = _AGES_AGO, None
        if snapshot is not None:
            since, seen = snapshot[1] - _CLOCKS_APART, snapshot[2]
            for row in self._connection.execute(Q.pools_then, {"snapshot_id": snapshot[0]}):
                self._pools.setdefault(row[0], {})[(row[1], row[2])] = stock.Pool(*row)
        asked = {"since": since, "until": period.until, "seen": seen}
        names: Shapes = {}
        with self._connection.cursor("world") as cursor:
            cursor.itersize = limits.BACKTEST_ENTRIES_AT_ONCE
            cursor.execute(Q.entries, asked)
            while rows := cursor.fetchmany(limits.BACKTEST_ENTRIES_AT_ONCE):
                if {row[6] for row in rows if row[6] is not None} - names.keys():
                    names = shapes(self._connection)
                entries = [entry_of(row, names) for row in rows]
                self._load(entry.received for entry in entries)
                yield from entries

    def _load(self, received: Iterable[events.OrderReceived | None]) -> None:
        """Customers and goods of orders to come, as they stand now."""
        orders = [each for each in received if each is not None]
        customers = {each.customer_no for each in orders if each.customer_no} - self._customers.keys()
        self._customers.update(dict.fromkeys(customers))
        self._customers.update(facts.customers(self._connection, customers))
        self._know({line.sku for each in orders for line in each.lines})
        new = [found for each in customers if (found := self._customers[each]) is not None and found.account]
        accounts = {each.account for each in new} - self._accounts.keys()
        self._accounts.update(credit_store.load(self._connection, accounts, now=self._until, locked=False))

    def _know(self, skus: set[str]) -> None:
        new = skus - self._skus.keys()
        self._skus.update(dict.fromkeys(new))
        self._skus.update(facts.skus(self._connection, new))

    def _place(self, batch: Sequence[Entry]) -> list[results.Placed]:
        new = [(entry, received) for entry in batch if (received := entry.received) is not None]
        if not new:
            return []
        asked = [_command(entry, received) for entry, received in new]
        for entry, _ in new:
            self._carry_credit(entry)
        recalled = Recalled({entry.subject: entry.inputs or {} for entry, _ in new})
        decided = self._decide(asked, new[0][0].recorded_at, recalled)
        placed: list[results.Placed] = []
        for (entry, received), command in zip(new, asked, strict=True):
            touched = decided.touched.get(received.order_id)
            refused = decided.outcomes[command.command_id].refused
            order = touched.order if touched is not None else None
            recorded = fold.evolve_all(None, entry.body.events) if self._telling else None  # type: ignore[arg-type]
            self._compare(entry, order)
            placed.append(
                results.Placed(
                    received.order_id,
                    received.order_no,
                    received.placed_at,
                    results.of(order, refused=refused.code if refused else ""),
                    entry.inputs is not None and received.order_id not in recalled.incomparable,
                    results.of(recorded) if recorded is not None else None,
                )
            )
        return placed

    def _decide(self, asked: Sequence[commands.Place], now: dt.datetime, recalled: Recalled) -> loop.Decided:
        skus = {line.sku for each in asked for line in each.received.lines} | self._gifts
        numbers = {each.received.customer_no for each in asked}
        kept = {sku: {key: pool.reserved for key, pool in self._pools.get(sku, {}).items()} for sku in skus}
        while True:
            world = State(
                now=now,
                reference=self._reference,
                customers={number: found for number in numbers if (found := self._customers.get(number)) is not None},
                accounts=self._accounts,
                skus={sku: found for sku in skus if (found := self._skus.get(sku)) is not None},
                pools=self._pools,
                looked_up=frozenset(skus),
                recalled=recalled,
            )
            try:
                return loop.decide(asked, world)
            except Missing as missing:  # A gift of a promotion: decide anew, with the units given back.
                self._know(missing.skus)
                self._gifts |= missing.skus
                skus |= missing.skus
                for sku, pools in kept.items():
                    for key, reserved in pools.items():
                        self._pools[sku][key].reserved = reserved

    def _carry_credit(self, entry: Entry) -> None:
        """Let the order's account stand as it stood then."""
        for event in entry.body.events:
            if type(event) is events.CreditReserved:
                known = self._accounts.get(event.account)
                currency = known.currency if known is not None else "CNY"
                self._accounts[event.account] = credit.Account(
                    event.account,
                    currency,
                    event.limit_minor + event.grants_minor,
                    event.used_minor,
                    event.reserved_minor - event.amount_minor,
                )
            elif type(event) is events.CreditRefused:
                known = self._accounts.get(event.account)
                if known is not None:
                    left = event.amount_minor - event.short_minor
                    self._accounts[event.account] = credit.Account(event.account, known.currency, left)

    def _compare(self, entry: Entry, order: state.Order | None) -> None:
        """Keep what was reserved here for an order that really took other units."""
        really = [item for event in entry.body.events if type(event) is events.StockReserved for item in event.items]
        here = order.reservations if order is not None else []
        if here != really:
            self._apart[entry.subject] = list(here)

    def _follow(self, entry: Entry) -> None:
        """Take over what was really said of stock, or of an order after it was placed."""
        for event in entry.body.events:
            match event:
                case events.StockReserved():
                    if entry.subject not in self._apart:
                        self._reserve(event.items, 1)
                case events.StockReleased():
                    self._release(entry.subject, event.items)
                case stock.StockAdjusted() | stock.StockCounted() | stock.StockMoved():
                    for moved in stock.movements(event):
                        self._pool(moved.sku, moved.warehouse, moved.pool).on_hand += moved.quantity
                case _:
                    pass

    def _release(self, order_id: uuid.UUID, items: Sequence[state.Reservation]) -> None:
        apart = self._apart.get(order_id)
        if apart is None:
            self._reserve(items, -1)
            return
        for line_no, units in [(item.line_no, item.quantity) for item in items]:
            for item in apart:
                if item.line_no == line_no and units > 0:
                    given = min(units, item.quantity)
                    self._pool(item.sku, item.warehouse, item.pool).reserved -= given
                    item.quantity -= given
                    units -= given

    def _reserve(self, items: Iterable[state.Reservation], sign: int) -> None:
        for item in items:
            self._pool(item.sku, item.warehouse, item.pool).reserved += sign * item.quantity

    def _pool(self, sku: str, warehouse: str, kind: str) -> stock.Pool:
        pools = self._pools.setdefault(sku, {})
        found = pools.get((warehouse, kind))
        if found is None:
            found = pools[(warehouse, kind)] = stock.Pool(sku, warehouse, kind, 0, 0)
        return found


Shapes = dict[int, dict[str, contexts.Shape]]  # By fingerprint, then stage.


def shapes(connection: db.Connection) -> Shapes:
    """The names that kept inputs leave out."""
    return {shape_id: contexts.shapes(text) for shape_id, text in connection.execute(Q.shapes)}


def entry_of(row: Sequence[Any], names: Shapes) -> Entry:
    """An entry from (transaction, kind, subject, n, recorded at, body, fingerprint of the inputs' shape, inputs)."""
    xid, kind, subject, n, recorded_at, body, shape_id, kept = row
    inputs = None
    if shape_id is not None:
        values = msgspec.json.decode(kept)
        inputs = {
            stage: contexts.moment(shape, asked)
            for (stage, shape), asked in zip(names[shape_id].items(), values, strict=False)
            if asked is not None
        }
    return Entry(xid, kind, subject, n, recorded_at, log.read(body), inputs)


def _batches(entries: Iterator[Entry]) -> Iterator[list[Entry]]:
    """Entries of one transaction together."""
    for _, batch in itertools.groupby(entries, key=operator.attrgetter("xid")):
        yield list(batch)


def _command(entry: Entry, received: events.OrderReceived) -> commands.Place:
    payments = [event.payment for event in entry.body.events if type(event) is events.PaymentReceived]
    cancelled = next((event.reason for event in entry.body.events if type(event) is events.OrderCancelled), "")
    return commands.Place(
        command_id=received.order_id,
        actor=entry.body.actor,
        source=entry.body.source,
        at=entry.body.at,
        received=received,
        payments=payments,
        cancelled=cancelled,
    )
